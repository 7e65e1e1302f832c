//! Providers' accounts: whose, in which order, how busy, and whether they are left alone for now.
//!
//! Each account has a breaker and a bound on its calls of its own, so a provider that is slow or
//! dead holds up its own tenant's deliveries only. `choice` says which account makes a call, `calls`
//! whether it may, and takes the answer. `breaker` opens by what is `heard` of a `part`: the account as a
//! whole, or its credential for one platform. `suspicion` tells an addressee that refuses from an account
//! that is refused, and `pause` keeps an account whose receiver wants no more calls.

#[expect(clippy::module_inception, reason = "one account, among its neighbours")]
mod account;
mod accounts;
mod breaker;
mod calls;
mod choice;
mod heard;
mod part;
mod pause;
mod spec;
mod state;
mod suspicion;
mod unusable;

pub use account::Account;
pub use accounts::Accounts;
pub(crate) use accounts::Choice;
pub use breaker::{BreakerSettings, BreakerState};
pub(crate) use calls::Asking;
pub(crate) use choice::{
    Bound, Deferral, ENDPOINT_GONE, PLATFORM_MISCONFIGURED, WAITS_FOR_AN_ACCOUNT,
};
pub use pause::Pause;
pub use spec::{AccountSpec, Addresses, Share};
pub use state::{AccountState, HeldPlatform, LastFailure};
pub use unusable::Unusable;
