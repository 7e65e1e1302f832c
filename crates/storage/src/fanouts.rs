//! Sends to topics: accepted as one row, made into notifications step by step.
//!
//! A step is one transaction: the notifications of the next subscribers, their outbox rows, and the place where the
//! next step begins. A process that dies during a step leaves nothing of it, so no subscriber is notified twice or
//! skipped.

use async_trait::async_trait;
use campanile_domain::{Fanout, FanoutId, FanoutStatus, TenantId, TopicKey, UserId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{KeptAnswer, StorageError};

/// A tenant with so many fan-outs that are not over is to wait before it sends to topics again.
pub const MOST_OPEN_FANOUTS: u32 = 1_000;
/// And with those that wait for their `send_at`, which a tenant may have planned for a year.
pub const MOST_SCHEDULED_FANOUTS: u32 = 10_000;

/// A send to a topic that is to be accepted.
#[derive(Debug, Clone)]
pub struct NewFanout {
    /// What to send to which topic; `created_at` within 5 s of the database's clock.
    pub fanout: Fanout,
    /// The caller's key, if there is one, and the SHA-256 of the request.
    pub idempotency: Option<(String, [u8; 32])>,
}

/// What became of a send to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FanoutStart {
    /// It is durable; so many were subscribed.
    Started {
        /// The subscribers at that moment.
        subscribers: u64,
    },
    /// The same key and request were accepted before; this was the answer.
    Replayed(KeptAnswer),
    /// The key was used for another request.
    KeyReused,
    /// Another request with this key is being accepted and did not finish within 2 s.
    KeyBusy,
    /// The tenant has no topic of that name.
    NoTopic,
    /// [`MOST_OPEN_FANOUTS`] are open already, or [`MOST_SCHEDULED_FANOUTS`] with those that wait.
    TooMany,
}

/// How a fan-out stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanoutProgress {
    /// Which.
    pub id: FanoutId,
    /// Key of the topic.
    pub topic: TopicKey,
    /// State of the fan-out.
    pub status: FanoutStatus,
    /// Who was subscribed when it was accepted.
    pub accepted: u64,
    /// How many of them have their notification.
    pub expanded: u64,
    /// Number of notifications of which the recall cancelled at least one delivery.
    pub recalled: u64,
    /// Whether the recall is still in progress.
    pub recalling: bool,
    /// Not before this moment.
    pub send_at: Option<DateTime<Utc>>,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the request was accepted.
    pub created_at: DateTime<Utc>,
    /// When the fan-out last made progress.
    pub updated_at: DateTime<Utc>,
    /// When it was cancelled, or had created all notifications.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The result of cancelling a fan-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelFanout {
    /// It creates no more notifications, and those already created are recalled; it may have been cancelled before.
    Cancelled(FanoutProgress),
    /// It had ended already, and none of its notifications can be recalled.
    Finished(FanoutProgress),
}

/// How much one step does.
#[derive(Debug, Clone, Copy)]
pub struct StepLimits {
    /// Subscribers that it looks at.
    pub users: u32,
    /// Bytes of text that it writes, about: every notification has a copy. One is always made.
    pub bytes: u64,
    /// A tenant with so many notifications to be planned, in this lane and more urgent ones, waits.
    pub backlog: u32,
}

impl Default for StepLimits {
    /// Twice what a turn of the relay plans may wait, so that it never waits for a step.
    fn default() -> Self {
        Self {
            users: 500,
            bytes: 8 * 1_024 * 1_024,
            backlog: 2_048,
        }
    }
}

impl StepLimits {
    /// Subscribers that a step looks at when each copy of the texts has so many bytes.
    pub fn users_of(&self, text_bytes: u64) -> u32 {
        let fit = u32::try_from(self.bytes / text_bytes.max(1)).unwrap_or(u32::MAX);
        fit.clamp(1, self.users.max(1))
    }
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanoutStep {
    /// Whose turn it was.
    pub tenant: TenantId,
    /// Which.
    pub id: FanoutId,
    /// How many notifications it made.
    pub notifications: usize,
    /// Whose inboxes show them.
    pub inboxes: Vec<UserId>,
    /// How the fan-out ended, if it was the last step.
    pub finished: Option<FanoutStatus>,
}

/// A step that came to nothing, and is noted on its fan-out's row.
#[derive(Debug)]
pub struct FailedStep {
    /// Whose turn it was.
    pub tenant: TenantId,
    /// Which.
    pub id: FanoutId,
    /// How often it failed since its last step.
    pub failures: u32,
    /// It is not looked at before.
    pub retry_at: DateTime<Utc>,
    /// Why.
    pub error: StorageError,
}

impl FailedStep {
    /// How long a fan-out waits after so many failures: a second, then twice as long each time. One that
    /// fails by what is stored (a row that is refused or cannot be read) waits up to ten minutes, since only
    /// another version or an operator helps it; one that fails by the database's troubles up to ten seconds.
    /// `is_lasting` is [`StorageError::is_lasting`].
    pub fn pause(failures: u32, is_lasting: bool) -> TimeDelta {
        let longest = if is_lasting { 600 } else { 10 };
        let doubled = 1_i64 << failures.saturating_sub(1).min(16);
        TimeDelta::seconds(doubled.min(longest))
    }

    /// Whether another fan-out may do better: not where this process's clock is wrong, and not where the
    /// step may have happened after all.
    pub const fn is_blamed(error: &StorageError) -> bool {
        match error {
            StorageError::Away(_)
            | StorageError::Unavailable(_)
            | StorageError::Refused(_)
            | StorageError::Undecodable { .. } => true,
            StorageError::CommitUnknown(_) | StorageError::ClockSkew { .. } => false,
        }
    }
}

/// What came of looking for a step to do.
#[derive(Debug, Default)]
pub struct FanoutTurn {
    /// The step that was done.
    pub step: Option<FanoutStep>,
    /// The step that failed. It stands behind all others now.
    pub failed: Option<FailedStep>,
    /// Whether one is due that has to wait: for the tenant's backlog, for another process that is at it,
    /// or for the erasure of a person.
    pub held: bool,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FanoutDepth {
    /// Fan-outs that are due, or failed when they were, and not over.
    pub due: u64,
    /// Their subscribers without a notification yet.
    pub waiting: u64,
    /// Fan-outs that are being recalled.
    pub recalls: u64,
}

/// Looks at sends to topics. What changes them is in the crate `pipeline`.
#[async_trait]
pub trait Fanouts: Send + Sync {
    /// How one stands.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError>;

    /// A tenant's fan-outs, the newest first, those before `after`; only of a status if one is named.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn fanout_page(
        &self,
        tenant: &TenantId,
        status: Option<FanoutStatus>,
        after: Option<FanoutId>,
        limit: u32,
    ) -> Result<Vec<FanoutProgress>, StorageError>;

    /// How much is due.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn fanout_depth(&self, now: DateTime<Utc>) -> Result<FanoutDepth, StorageError>;

    /// How many fan-outs were over before this moment.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_forgettable(
        &self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError>;
}

/// Fan-outs that are removed in one transaction at most.
pub const FORGOTTEN_AT_ONCE: u32 = 500;
/// Rows of their batches that are removed in one transaction at most, before them.
pub const FORGOTTEN_BATCHES_AT_ONCE: u32 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_make_small_steps() {
        let limits = StepLimits::default();
        assert_eq!(limits.users_of(0), 500);
        assert_eq!(limits.users_of(1_000), 500);
        assert_eq!(limits.users_of(256 * 1_024), 32);
        assert_eq!(limits.users_of(u64::MAX), 1);
    }
    #[test]
    fn failures_put_off_ever_longer_up_to_a_bound() {
        let refused = StorageError::Refused(String::new());
        let away = StorageError::Unavailable(String::new());
        let seconds = |failures, error: &StorageError| {
            FailedStep::pause(failures, error.is_lasting()).num_seconds()
        };
        assert_eq!([1, 2, 3, 10].map(|n| seconds(n, &refused)), [1, 2, 4, 512]);
        assert_eq!([11, u32::MAX].map(|n| seconds(n, &refused)), [600, 600]);
        assert_eq!([1, 4, 5, 99].map(|n| seconds(n, &away)), [1, 8, 10, 10]);
    }
}
