//! What is remembered of a key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use campanile_domain::{ApiKey, KeyHash, ScopeSet, UserId};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::super::answers::Said;
use super::super::validate::Identity;

/// The end of a key that has none: the last second of the year 9999.
const NEVER_S: i64 = 253_402_300_799;

/// What the database said.
#[derive(Clone)]
pub(super) struct Answer {
    /// `None`: there is no such key.
    pub(super) found: Option<Arc<KnownKey>>,
    /// When it was asked.
    pub(super) at: Instant,
    /// When it is asked again.
    pub(super) until: Instant,
}

impl Said for Answer {
    fn is_there(&self) -> bool {
        self.found.is_some()
    }

    fn at(&self) -> Instant {
        self.at
    }
}

/// A key that exists.
pub(super) struct KnownKey {
    pub(super) key: ApiKey,
    hash: KeyHash,
    scopes: ScopeSet,
    subject: UserId,
    is_used: AtomicBool,
}

impl KnownKey {
    pub(super) fn new(key: ApiKey, hash: KeyHash) -> Self {
        // Without a user, what is done with the key is recorded under its id.
        let subject = key.user.clone().unwrap_or_else(|| {
            UserId::parse(&format!("api-key:{}", key.id)).expect("a short name without controls")
        });
        Self {
            scopes: key.scope_set(),
            subject,
            hash,
            is_used: AtomicBool::new(false),
            key,
        }
    }

    /// Whether this is the hash of its text. It takes as long for every other hash.
    pub(super) fn is_proved_by(&self, hash: &KeyHash) -> bool {
        let pairs = self.hash.iter().zip(hash);
        let difference = pairs.fold(0, |all, (one, other)| all | (one ^ other));
        std::hint::black_box(difference) == 0
    }

    /// Whether it is used for the first time since it was looked up.
    pub(super) fn is_first_use(&self) -> bool {
        !self.is_used.load(Ordering::Relaxed) && !self.is_used.swap(true, Ordering::Relaxed)
    }

    /// Who it stands for: of the same kind as whom a token names.
    pub(super) fn identity(&self) -> Identity {
        let never = DateTime::<Utc>::from_timestamp(NEVER_S, 0);
        Identity {
            subject: self.subject.clone(),
            tenant: self.key.tenant.clone(),
            scopes: self.scopes,
            ends_at: self
                .key
                .expires_at
                .or(never)
                .unwrap_or(DateTime::UNIX_EPOCH),
            api_key: Some(self.key.id),
            token_key: None,
            issued_at: None,
        }
    }
}
