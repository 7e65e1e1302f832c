//! What browsers get from Campanile: the inbox as a module for any page, and the first page of `campanile up`.
//!
//! All files are embedded, so the binary needs none beside it. Neighbours: `clients/web` is where the module is made;
//! the binary merges these routes into the API's and makes the tokens of [`SignIn`].

mod file;
mod home;
mod inbox_module;
mod sign_in;

pub use home::router as home;
pub use inbox_module::{integrity, router as inbox_module};
pub use sign_in::{SignIn, Token};
