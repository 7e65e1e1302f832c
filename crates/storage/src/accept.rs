//! Accepting: notifications, outbox rows and idempotency rows in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Lane, Notification, NotificationId, TenantId, TraceParent};
use chrono::{DateTime, Utc};

use crate::{KeptAnswer, StorageError};

/// A caller's promise that two requests with this key are the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// A digest of the caller's text, which may say who is written to; 1 to 255 bytes.
    pub key: String,
    /// SHA-256 of the request, so that a key with another request is noticed.
    pub fingerprint: [u8; 32],
    /// What is needed to repeat the answer.
    pub answer: KeptAnswer,
}

/// One request: all of it is accepted or none.
#[derive(Debug, Clone)]
pub struct AcceptItem {
    /// Whose request; every notification bears the same tenant.
    pub tenant: TenantId,
    /// At least one; ids made by the caller, `created_at` within 5 s of the database's clock.
    pub notifications: Vec<Notification>,
    /// The lane of its outbox row.
    pub lane: Lane,
    /// If the caller sent one.
    pub idempotency: Option<IdempotencyKey>,
    /// The request's span, if its trace is recorded; stored with each notification.
    pub trace: Option<TraceParent>,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// Its rows are durable.
    Accepted,
    /// The same key and request were accepted before; this was the answer.
    Replayed(KeptAnswer),
    /// The key was used for another request.
    KeyReused,
    /// Another request with this key is being accepted and did not finish within 2 s.
    KeyBusy,
}

/// Accepts requests.
#[async_trait]
pub trait Accept: Send + Sync {
    /// Accepts a batch of requests of any tenants in one transaction: their notifications, one
    /// outbox row per tenant and lane (at most [`OUTBOX_ROW_IDS`] ids each), a `schedule`
    /// row instead of the outbox for those whose `send_at` is ahead, and idempotency rows. Two
    /// items of one batch may bear the same key: the second is replayed or refused.
    ///
    /// Runs to its end even if the future is dropped, or leaves nothing.
    ///
    /// # Errors
    /// Nothing of the batch is stored, except after [`StorageError::CommitUnknown`].
    async fn accept(&self, batch: Arc<[AcceptItem]>) -> Result<Vec<AcceptOutcome>, StorageError>;

    /// Whether a notification is stored: settles a [`StorageError::CommitUnknown`].
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn was_accepted(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError>;

    /// The answer that the same request was given under its key, if that is remembered at `now`.
    /// It claims nothing: for a request that would not be accepted any more.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn earlier_answer(
        &self,
        tenant: &TenantId,
        key: &str,
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<KeptAnswer>, StorageError>;
}

/// More ids than this start another outbox row, so that a plan's transaction stays small.
pub const OUTBOX_ROW_IDS: usize = 256;

/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_DAYS: i64 = 1;
