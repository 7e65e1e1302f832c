//! Providers' accounts: whose, in which order, how busy, and whether they are left alone for now.
//!
//! Each account has a breaker and a bound on its calls of its own, so a provider that is slow or
//! dead holds up its own tenant's deliveries only.

#[expect(clippy::module_inception, reason = "one account, among its neighbours")]
mod account;
mod accounts;
mod breaker;
mod choice;
mod unusable;

pub use account::{Account, AccountSpec, AccountState, Addresses, LastFailure, Share};
pub use accounts::Accounts;
pub(crate) use accounts::Choice;
pub(crate) use breaker::Admit;
pub use breaker::{BreakerSettings, BreakerState};
pub(crate) use choice::{Bound, Deferral, WAITS_FOR_AN_ACCOUNT};
pub use unusable::Unusable;
