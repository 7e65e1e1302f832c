//! Fan-outs: the sends to topics of a tenant.

use campanile_domain::{Clock, FanoutId, FanoutStatus, TenantId};
use campanile_pipeline::{cancel_fanout, close_fanout};
use campanile_storage::{CancelFanout, FanoutProgress, Storage, StorageError};
use chrono::SubsecRound;

/// A page of fan-outs, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanoutPage {
    /// The fan-outs.
    pub fanouts: Vec<FanoutProgress>,
    /// Whether older ones follow the last.
    pub has_more: bool,
}

/// A page of at most `limit` fan-outs that are older than `after`; only those in the state `status`, if one is given.
///
/// # Errors
/// [`StorageError`].
pub async fn page(
    storage: &dyn Storage,
    tenant: &TenantId,
    status: Option<FanoutStatus>,
    after: Option<FanoutId>,
    limit: u32,
) -> Result<FanoutPage, StorageError> {
    // One more than the page holds shows whether another follows.
    let page = storage.fanout_page(tenant, status, after, limit + 1);
    let mut fanouts = page.await?;
    let has_more = fanouts.len() > limit as usize;
    fanouts.truncate(limit as usize);
    Ok(FanoutPage { fanouts, has_more })
}

/// Cancels a fan-out: it creates no more notifications, and those that it created are recalled. `None`: the tenant has
/// no such fan-out.
///
/// # Errors
/// [`StorageError`].
pub async fn cancel(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<CancelFanout>, StorageError> {
    // As precisely as it is stored: the answer and a later look show the same moment.
    let now = clock.now().trunc_subsecs(6);
    cancel_fanout(storage, tenant, id, now).await
}

/// Cancels a fan-out whose occasion is over, and marks what it has created as read: its subscribers need not look at it any
/// more. `None`: the tenant has no such fan-out.
///
/// # Errors
/// [`StorageError`].
pub async fn close(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<CancelFanout>, StorageError> {
    let now = clock.now().trunc_subsecs(6);
    close_fanout(storage, tenant, id, now).await
}
