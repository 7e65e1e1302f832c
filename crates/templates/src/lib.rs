//! What a person reads of a notification: a title, a text and, for mail, a page.
//!
//! [`builtin`] has the words that are part of the program, in seven languages; rendering them cannot fail. [`compile`]
//! makes a template that people wrote ready to run: everything that can be known is checked and done then, once, and
//! each fault has a line and a column. [`Compiled::render`] runs it within fixed bounds of steps, time and memory, and
//! says what went wrong otherwise. Who calls chooses the level: a stored template, built-in words, or less.
//!
//! `docs/pictures/mail.png` shows the built-in page; `cargo run -p campanile-templates --example mail_page --
//! new_message de > page.html` makes one to look at. ADR 65 has the reasons, `docs/reference/template-language.md` the language.
//!
//! Neighbours: this crate does no I/O and knows neither storage nor channels. `wording` finds the template that applies,
//! and `delivery` stands between it and the channels.

pub mod builtin;

mod actions;
mod check;
mod clean;
mod compile;
mod context;
mod fault;
mod filters;
mod html;
mod limits;
mod locale;
mod message;
mod output;
mod render;
mod session;
mod source;

pub use builtin::{render, type_name};
pub use compile::compile;
pub use context::{Action, Context, User};
pub use fault::{Fault, FaultCode};
pub use html::tracked;
pub use limits::{MAX_OUTPUT_BYTES, MAX_SOURCE_BYTES};
pub use locale::{Language, locale_chain};
pub use message::{Form, Message};
pub use render::{Compiled, ForReader, Rendered};
pub use source::{PartSources, Source, TemplateKind};
