//! Recalls: the notifications of a cancelled fan-out are cancelled.
//!
//! A step of a fan-out leaves a batch: a row that names the notifications it created. Cancelling the fan-out leaves a
//! recall, and each recall step removes one batch, newest first, since the fewest of its deliveries have left. The
//! remaining batches are the remaining work, even if a process dies on the way.

use async_trait::async_trait;
use campanile_domain::{FanoutId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::{Cancelled, FailedStep, StorageError};

/// What one step of a recall did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallStep {
    /// Whose fan-out.
    pub tenant: TenantId,
    /// Which.
    pub id: FanoutId,
    /// How many notifications it cancelled, at least in part.
    pub notifications: u64,
    /// Their deliveries that were open. What has no plan yet is cancelled there.
    pub cancelled: Cancelled,
    /// Whose inboxes show them.
    pub inboxes: Vec<UserId>,
    /// Whether the recall is complete.
    pub finished: bool,
}

/// The result of a recall step.
#[derive(Debug, Default)]
pub struct RecallTurn {
    /// The step that was done.
    pub step: Option<RecallStep>,
    /// The step that failed. It is put off, as a step of a fan-out is.
    pub failed: Option<FailedStep>,
}

/// Recalls the notifications of cancelled fan-outs.
#[async_trait]
pub trait FanoutRecalls: Send + Sync {
    /// Recalls the notifications of one fan-out step, in one transaction, as [`crate::Cancel::cancel_notification`]
    /// does for each: pending deliveries become `cancelled`; those that have left, and the inboxes, do not change.
    /// Tenants take turns, starting after `after`; of one tenant's recalls, the one comes first that has waited
    /// longest since its last step. A recall that another process has locked is left to it.
    ///
    /// A step that fails leaves nothing but its failure, counted on its row, which is put off (see
    /// [`FailedStep::pause`]).
    ///
    /// # Errors
    /// No recall is to blame, or the failure could not be noted. Nothing is changed, except after
    /// [`StorageError::CommitUnknown`]; a repetition goes on with what is left.
    async fn recall_step(
        &self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<RecallTurn, StorageError>;
}
