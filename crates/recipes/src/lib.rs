//! HTTP channels as data. A recipe is one TOML file: settings, address, request, limits and the table of replies of a
//! service. This crate reads recipes, makes requests and says what replies mean. It makes no call.
//!
//! `file` is a recipe as it is written, `load` checks it and makes the [`Recipe`]. `settings` checks what an account is
//! given, `request` writes the request, `reply` classifies the response. `builtin` holds the recipes that every
//! installation has, `own` reads those of an operator; `docs/guides/add-a-channel.md` says how to add one.

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
mod own;
mod recipe;
mod reply;
mod request;
mod settings;
mod template;
mod text;

pub use address::Addressed;
pub use builtin::all;
pub use load::RecipeError;
pub use message::Message;
pub use own::{FileError, declare, own, read, read_folder};
pub use recipe::Recipe;
pub use reply::{REPLY_BYTES, Reply};
pub use request::{HttpRequest, RequestError};
pub use settings::{Flaw, Kind, Setting, SettingError, Settings};

/// The recipe with this name: one that every installation has, or one of the operator's.
pub fn of(name: &str) -> Option<&'static Recipe> {
    let own = || own().iter().find(|recipe| recipe.name == name);
    builtin::of(name).or_else(own)
}
