//! How a tenant's accounts stand, as the workers see them.

use campanile_storage::{AccountPause, AccountTrouble};
use chrono::{DateTime, TimeDelta, Utc};

use crate::ProviderShown;

/// What a worker says counts for so long after its last heartbeat.
pub const TROUBLE_COUNTS_FOR: TimeDelta = TimeDelta::seconds(30);

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderState {
    /// No worker with a fresh heartbeat reports a fault.
    Ready,
    /// It failed again and again and is left alone for a while.
    Open,
    /// It, or its credential for a platform, needs an operator.
    Misconfigured,
    /// Its receiver answered 410 and is not called until the account is set again or resumed.
    Paused,
}

impl ProviderState {
    /// The name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Open => "open",
            Self::Misconfigured => "misconfigured",
            Self::Paused => "paused",
        }
    }
}

/// Adds what workers say; of several the worst and the earliest.
pub(crate) fn add(shown: &mut ProviderShown, troubles: &[AccountTrouble]) {
    let own = |one: &&AccountTrouble| one.name == shown.name && one.channel.name() == shown.channel;
    let since: Option<DateTime<Utc>> = troubles.iter().filter(own).map(|one| one.since).min();
    let Some(worst) = troubles
        .iter()
        .filter(own)
        .max_by_key(|one| one.misconfigured)
    else {
        return;
    };
    shown.state = if worst.misconfigured {
        ProviderState::Misconfigured
    } else {
        ProviderState::Open
    };
    shown.detail = Some(worst.detail.clone());
    shown.since = since;
}

/// Adds that an account is paused, which is stored, and true whether or not a worker is there.
pub(crate) fn add_pause(shown: &mut ProviderShown, version: &str, paused: &[AccountPause]) {
    let own = |one: &&AccountPause| {
        one.name == shown.name && one.channel.name() == shown.channel && one.version == version
    };
    let Some(pause) = paused.iter().find(own) else {
        return;
    };
    shown.state = ProviderState::Paused;
    shown.detail = Some(format!(
        "the receiver answered {} and asked for no more calls; update the provider or resume it",
        pause.code
    ));
    shown.since = Some(pause.paused_at);
}
