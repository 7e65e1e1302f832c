//! The state of an account as operators see it.

use campanile_domain::Platform;
use chrono::{DateTime, Utc};

use super::BreakerState;
use super::pause::Pause;

/// The state of an account as operators see it.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountState {
    /// Whether calls are made.
    pub breaker: BreakerState,
    /// Whether it, or its credential for a platform, needs an operator.
    pub misconfigured: bool,
    /// Why no call can be made by it at all.
    pub fault: Option<String>,
    /// Since when its receiver wants no more calls.
    pub paused: Option<Pause>,
    /// The platforms whose messages wait, while others are served.
    pub held: Vec<HeldPlatform>,
    /// Since when it, or a part of it, is left alone or cannot be used.
    pub since: Option<DateTime<Utc>>,
    /// The last answer that was held against it.
    pub last_failure: Option<LastFailure>,
}

/// A platform whose messages wait, because the account's credential for it is missing or wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldPlatform {
    /// Which.
    pub platform: Platform,
    /// The answer that said so last.
    pub failure: LastFailure,
}

/// An answer that was held against an account.
#[derive(Debug, Clone, PartialEq)]
pub struct LastFailure {
    /// When it came.
    pub at: DateTime<Utc>,
    /// The provider's own code.
    pub code: String,
    /// One readable sentence.
    pub detail: String,
    /// What the account's owner can do about it, without anything that the provider wrote.
    pub remedy: Option<&'static str>,
}
