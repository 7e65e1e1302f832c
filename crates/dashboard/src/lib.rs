//! What browsers get from Campanile: the inbox as a module for any page, the first page of `campanile up`, and a page
//! that shows an inbox live.
//!
//! All files are embedded, so the binary needs none beside it. Neighbours: `clients/web` is where the module is made;
//! the binary merges these routes into the API's and makes the tokens of [`SignIn`].

mod file;
mod home;
mod inbox_module;
mod live;
mod sign_in;

pub use home::router as home;
pub use inbox_module::{integrity, router as inbox_module};
pub use live::router as live;
pub use sign_in::{SignIn, Token};
