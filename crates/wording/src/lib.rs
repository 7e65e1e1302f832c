//! Which words a notification is given: from the tenant's published templates, or else from those that are built in.
//!
//! [`Wording::items`] makes what users see of notifications that are about to be stored; [`Wording::message`]
//! makes what a channel sends of one that was. Both are for the locale of their reader, and both use the version of the
//! templates that the notification's row names, so that no notification mixes two versions.
//!
//! Neighbours: `templates` renders and knows no storage; `intake` and `delivery` call this crate.

mod budget;
mod built_in;
mod content;
mod count;
mod items;
mod look_up;
mod message;
mod parts;
mod readers;
mod stored;
mod stored_words;
mod tenants;
mod texts;
mod voided;
mod wording;

pub use campanile_templates::{MAX_OUTPUT_BYTES, tracked};
pub use content::ContentVerdict;
pub use items::Group;
pub use parts::template_kind;
pub use stored_words::{ReaderFacts, context};
pub use tenants::Tracking;
pub use texts::Worded;
pub use wording::Wording;

#[cfg(test)]
mod tests;
