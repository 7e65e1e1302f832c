//! Recalls: the notifications of a cancelled fan-out are cancelled.
//!
//! A step of a fan-out leaves a batch: a row that names the notifications it created. Cancelling the fan-out leaves a
//! recall, and each recall step removes one batch, newest first, since the fewest of its deliveries have left. The
//! remaining batches are the remaining work, even if a process dies on the way.

use campanile_domain::{FanoutId, TenantId, UserId};

use crate::{Cancelled, FailedStep};

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
