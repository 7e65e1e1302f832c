//! Two users become one. Workers make the steps (`delivery/merges.rs`).

use campanile_domain::{Act, AuditAction, TenantId, UserId, UserMerge};
use campanile_pipeline::{AuditEntry, Audited, MergeRefusal, merge_users};
use campanile_storage::{Storage, StorageError};
use chrono::SubsecRound;
use serde_json::json;

/// Begins to merge one user into another one; while a merge of the same two runs, gives it as it stands.
///
/// # Errors
/// [`StorageError`].
pub async fn start(
    storage: &dyn Storage,
    tenant: &TenantId,
    both: (&UserId, &UserId),
    act: &Act,
) -> Result<Result<UserMerge, MergeRefusal>, StorageError> {
    // The ids stay in the log: it is the record that one became the other.
    let (from, into) = both;
    let target = format!("user/{from}");
    let entry = AuditEntry::new(tenant, act, AuditAction::UserMerge, target);
    let audited = Audited::new(storage, entry.with(json!({"into": into})));
    merge_users(&audited, tenant, both, act.at.trunc_subsecs(6)).await
}
