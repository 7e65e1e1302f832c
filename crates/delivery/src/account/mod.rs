//! Providers' accounts: whose, in which order, how busy, and whether they are left alone for now.
//!
//! Each account has a breaker and a bound on its calls of its own, so a provider that is slow or
//! dead holds up its own tenant's deliveries only.

#[expect(clippy::module_inception, reason = "one account, among its neighbours")]
mod account;
mod accounts;
mod breaker;
mod choice;
mod last_tries;

pub use account::{Account, AccountSpec, AccountState, Addresses, LastFailure};
pub use accounts::Accounts;
pub(crate) use breaker::Admit;
pub use breaker::{BreakerSettings, BreakerState};
pub(crate) use choice::{Choice, Deferral};
pub(crate) use last_tries::LastTries;
