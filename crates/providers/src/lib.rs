//! Tenants' provider accounts: checked when they are set, encrypted at rest, decrypted by workers.
//!
//! `fields` is the table of what an account of each channel consists of and what of it is secret;
//! `read` takes it out of JSON, `account` is what was read, `sender` makes its sender, `vault`
//! seals and opens. [`ProviderService`] is the whole way in, for the API and the command line alike.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod account;
mod apns;
mod body;
mod error;
mod failover;
mod fields;
mod read;
mod recipe;
mod rotation;
mod routes;
mod sender;
mod service;
mod shown;
mod standing;
mod user_addresses;
mod vault;
mod web_push;

pub use account::Account;
pub use body::ProviderBody;
pub use campanile_channels::SenderFactory;
pub use error::{BuildError, ProviderError};
pub use routes::routes;
pub use sender::{Built, build};
pub use service::ProviderService;
pub use shown::ProviderShown;
pub use standing::{ProviderState, TROUBLE_COUNTS_FOR};
pub use user_addresses::{has_user_addresses, is_secret_address};
pub use vault::{OpenError, open, public_url};
