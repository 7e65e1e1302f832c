//! Templates: what editors save, and what becomes of it. Each change is one transaction that waits its turn among the
//! changes of its tenant's templates.

mod brand;
mod draft;
mod make_current;
mod publish;
mod publish_due;
mod retire;
mod roll_back;
mod room;
mod schema;
mod settle;
mod unschedule;
mod variant;

pub use brand::{BrandSaved, save_brand};
pub use draft::{DraftSaved, SaveDraft, remove_draft, save_draft};
pub use publish::{Publication, Published, publish};
pub use publish_due::{DuePublished, publish_due, put_off_due};
pub use retire::retire;
pub use roll_back::{RollBack, RolledBack, roll_back};
pub use schema::{SchemaSaved, save_schema};
pub use settle::{Promoted, Promotion, promote, stop_failing};
pub use unschedule::{Unscheduled, unschedule};
pub use variant::{SaveVariant, VariantSaved, remove_variant, save_variant};
