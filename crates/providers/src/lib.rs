//! Tenants' own accounts at providers: checked when they are set, sealed where they rest, opened by
//! whoever delivers.
//!
//! `fields` is the table of what an account of each channel consists of and what of it is secret;
//! `read` takes it out of JSON, `account` is what was read, `workshop` makes a sender of it, `vault`
//! seals and opens. [`ProviderDesk`] is the whole way in, for the API and the command line alike.

mod account;
mod body;
mod desk;
mod error;
mod failover;
mod fields;
mod read;
mod rotation;
mod shown;
mod standing;
mod vault;
mod workshop;

pub use account::Account;
pub use desk::ProviderDesk;
pub use error::{BuildError, DeskError};
pub use shown::ProviderShown;
pub use standing::{ProviderState, TROUBLE_COUNTS_FOR};
pub use vault::{OpenError, open, public_url};
pub use workshop::{Built, Workshop};
