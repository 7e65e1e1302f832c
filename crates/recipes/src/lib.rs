//! HTTP channels as data. A recipe is one TOML file: settings, address, request, limits and the table of replies of a
//! service. This crate reads recipes, makes requests and says what replies mean. It makes no call.
//!
//! `file` is a recipe as it is written, `load` checks it and makes the [`Recipe`]. `settings` checks what an account is
//! given, `request` writes the request, `reply` classifies the response. `builtin` holds the recipes that every
//! installation has; `docs/guides/add-a-channel.md` says how to add one.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod address;
mod builtin;
mod file;
mod limits;
mod load;
mod message;
mod recipe;
mod reply;
mod request;
mod settings;
mod template;
mod text;

pub use address::Addressed;
pub use builtin::{all, of};
pub use load::RecipeError;
pub use message::Message;
pub use recipe::Recipe;
pub use reply::{REPLY_BYTES, Reply};
pub use request::{HttpRequest, RequestError};
pub use settings::{Flaw, Kind, Setting, SettingError, Settings};
