//! Links that people open without signing in: what they allow is sealed in them.
//!
//! Workers put such links into mails, and the API reads them when they are opened. A token names its tenant, whose key
//! encrypts and authenticates the rest, so only this installation makes and reads it. A code made with the key of the tenant
//! `default` tells forged tokens apart before anything is looked up. Links to unsubscribe do not expire, because mails are kept
//! for years; those that are counted lead on for two years.
//! Forgetting a tenant's key makes its links void.

mod keys;
mod magic;
mod mail;
mod public_url;
mod stamp;
mod token;
mod unsubscribe;

pub use keys::{LinkError, Links};
pub use magic::{MagicLink, PageSession};
pub use mail::{MailLink, MailLinks};
pub use public_url::PublicUrl;
pub use unsubscribe::Unsubscribe;
