//! What a send to a topic has made is called back when it is called off.
//!
//! A step of a fan-out leaves a batch: a row that names what it made. Calling the fan-out off leaves a
//! recall, and each step of that takes one batch away, the newest first, since of the newest the least
//! has left. What is left of the batches is what is left to do, whoever dies on the way.

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
    /// How many notifications it called back, at least in part.
    pub notifications: u64,
    /// Their deliveries that were open. What has no plan yet is cancelled there.
    pub cancelled: Cancelled,
    /// Whose inboxes show them.
    pub inboxes: Vec<UserId>,
    /// Whether nothing is left to call back.
    pub finished: bool,
}

/// What came of looking for something to call back.
#[derive(Debug, Default)]
pub struct RecallTurn {
    /// The step that was done.
    pub step: Option<RecallStep>,
    /// The step that failed. It is put off, as a step of a fan-out is.
    pub failed: Option<FailedStep>,
}

/// Calls back what fan-outs have made that are called off.
#[async_trait]
pub trait FanoutRecalls: Send + Sync {
    /// Calls back what one step of a fan-out has made, in one transaction, as
    /// [`crate::Cancel::cancel_notification`] does for each: what has not left becomes `cancelled`, what
    /// has left stays as it is, and so does what the inboxes show. Tenants take turns, beginning behind
    /// `after`; of one tenant's recalls the one comes first that has waited longest since its last step.
    /// One that another process is at is left to it.
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
