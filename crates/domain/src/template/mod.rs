//! Templates as they are stored: drafts that people edit, and versions that never change.
//!
//! What stands in a part is the business of `campanile-templates`; here are names, bounds and what a version holds.

mod brand;
mod compare;
mod content_schema;
mod draft;
mod limits;
mod parts;
mod precondition;
mod snapshot;
mod trial;
mod version;

pub use brand::Brand;
pub use compare::{PartChange, WeightChange, compare, compare_weights};
pub use content_schema::ContentSchema;
pub use draft::{TemplateDraft, TemplateDraftHead, TemplateKey};
pub use limits::TemplateLimits;
pub use parts::{PartFlaw, PartFlawKind, TemplateParts, part_flaws, part_names};
pub use precondition::{Precondition, PreconditionRefusal};
pub use snapshot::{BoundedLocales, TemplateSnapshot};
pub use trial::{
    Assigned, Assignments, CONTROL, Difference, Measure, MeasureResult, Trial, TrialResults,
    TrialVariant, USER_BUCKETS, VariantCount, VariantCounts, VariantDraft, VariantKey,
    VariantResults, assignments_from_stored, assignments_to_stored, is_variant_name, overlaid,
    user_bucket, variant_seen,
};
pub use version::{
    ShownVersion, TemplateHead, TemplateType, TemplateVersion, VersionState, shared_type,
};
