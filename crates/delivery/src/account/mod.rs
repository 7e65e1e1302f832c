//! Providers' accounts: whose, in which order, how busy, and whether they are left alone for now.
//!
//! Each account has its own circuit breaker and its own limit of calls in flight, so a slow or dead provider delays
//! only its own tenant's deliveries. `choice` selects the account of a call, `calls` decides whether it may be made
//! and handles the outcome. `breaker` opens by what is `heard` of a `part`: the account as a whole, or its credential
//! for one platform. `suspicion` distinguishes a recipient who rejects from an account that is rejected, and `pause`
//! keeps an account whose receiver wants no more calls.

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
pub use spec::{AccountFault, AccountSpec, Addresses, Share};
pub use state::{AccountState, HeldPlatform, LastFailure};
pub use unusable::Unusable;
