//! One spooled call.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::IdempotencyKey;
use crate::request::Request;
use crate::system;

/// A call for more people than this waits for all before it, and all after it wait for it.
const MAX_KNOWN_RECIPIENTS: usize = 64;

/// The service keeps a key for 24 hours; an hour is for clocks and for the way.
const KEY_LIFE: Duration = Duration::from_secs(23 * 60 * 60);

/// A call as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: IdempotencyKey,
    /// Whether the caller chose the key, so that it may stand for another call, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_callers_key: bool,
    pub(crate) path: String,
    /// Whose inboxes it changes; nothing: any inbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recipients: Option<Vec<String>>,
    /// When the call was made, in milliseconds since 1970.
    pub(crate) made_at_ms: u64,
    /// After which the call is no longer sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at_ms: Option<u64>,
    /// The request, byte for byte as a first attempt has sent it.
    pub(crate) body: Box<RawValue>,
}

impl Entry {
    /// Of a call made now.
    pub(crate) fn new<R: Request>(request: &R, key: IdempotencyKey, body: Box<RawValue>) -> Self {
        let recipients = request.recipients();
        let known = recipients.filter(|all| all.len() <= MAX_KNOWN_RECIPIENTS);
        Self {
            key,
            is_callers_key: request.key().is_some(),
            path: R::PATH.to_owned(),
            recipients: known.map(|all| all.into_iter().map(str::to_owned).collect()),
            made_at_ms: now_ms(),
            expires_at_ms: request.expires_at().map(ms),
            body,
        }
    }

    /// Whether the service would refuse it for being too late, by a clock that says `now_ms`.
    pub(crate) fn is_expired(&self, now_ms: u64) -> bool {
        self.expires_at_ms.is_some_and(|at| at <= now_ms)
    }

    /// Whether the service may have forgotten the key.
    pub(crate) fn is_late(&self) -> bool {
        Duration::from_millis(now_ms().saturating_sub(self.made_at_ms)) > KEY_LIFE
    }
}

/// By the wall clock: it is compared over restarts.
pub(crate) fn now_ms() -> u64 {
    ms(system::now())
}

fn ms(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}
