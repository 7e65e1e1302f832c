//! What users see of a notification: the same title, text, link and actions in the inbox, in streams, webhooks, pushes
//! and mails.

mod action;
mod link;
mod texts;
mod wording;

pub use action::Action;
pub use link::{Link, LinkError, LinkScheme};
pub use texts::ItemTexts;
pub use wording::{TextLevel, TextsUsed};
