//! What a person reads of a notification: a title, a text and, for mail, a page.
//!
//! The chain, most particular first: a template in code, the tenant's stored template, the generic
//! words of the type, an emergency that never fails. Only the last two are here so far, in
//! [`builtin`]; the others find their place beside it and fall back to it.
//!
//! `docs/pictures/mail.png` shows the page; `cargo run -p campanile-templates --example mail_page --
//! new_message > page.html` makes one to look at.
//!
//! Neighbours: channels send what comes out and know nothing of templates, nor does this crate know
//! channels. `delivery` stands between them.

pub mod builtin;

mod clean;
mod locale;
mod message;

pub use builtin::render;
pub use locale::{Language, locale_chain};
pub use message::{Form, Message};
