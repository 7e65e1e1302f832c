//! Entries are added and removed.

use campanile_domain::{Act, AuditAction, NotificationType, SuppressionKey, TenantId};
use campanile_pipeline::{AuditEntry, Audited, add_suppressions, remove_suppression};
use campanile_storage::{Storage, StorageError};
use campanile_telemetry::metrics;
use serde_json::json;

use super::{AddSuppressions, RemoveSuppression};

/// Fingerprints in one row of the audit log.
const MOST_FINGERPRINTS: usize = 20;

/// Adds entries; one that is there stays as it is. Says how many are new.
///
/// # Errors
/// [`StorageError`]; nothing is changed.
pub async fn add(
    storage: &dyn Storage,
    tenant: &TenantId,
    request: &AddSuppressions,
    act: &Act,
) -> Result<u64, StorageError> {
    let entries = request.entries(act.at);
    let Some(first) = entries.first() else {
        return Ok(0);
    };
    // Addresses belong to people, and the log keeps what it has.
    let prints = entries.iter().take(MOST_FINGERPRINTS);
    let prints: Vec<_> = prints
        .map(|entry| entry.key.address.fingerprint())
        .collect();
    let (reason, channel) = (first.reason, first.key.channel);
    let details = json!({
        "reason": reason.name(),
        "notification_type": first.key.notification_type,
        "addresses": entries.len(),
        "sha256": prints,
    });
    let target = format!("suppressions/{channel}");
    let entry = AuditEntry::new(tenant, act, AuditAction::SuppressionAdd, target);
    let audited = Audited::new(storage, entry.with(details));
    let added = add_suppressions(&audited, tenant, entries).await?;
    let counter = &metrics().suppressions_added_total;
    counter.with_label_values(&[reason.name()]).inc_by(added);
    Ok(added)
}

/// Removes an entry; `false` if there is none.
///
/// # Errors
/// [`StorageError`]; nothing is changed.
pub async fn remove(
    storage: &dyn Storage,
    tenant: &TenantId,
    RemoveSuppression(key): &RemoveSuppression,
    act: &Act,
) -> Result<bool, StorageError> {
    let SuppressionKey {
        channel,
        address,
        notification_type,
    } = key;
    let of = notification_type.as_ref().map(NotificationType::as_str);
    let details = json!({"notification_type": of, "sha256": [address.fingerprint()]});
    let target = format!("suppressions/{channel}");
    let entry = AuditEntry::new(tenant, act, AuditAction::SuppressionRemove, target);
    let audited = Audited::new(storage, entry.with(details));
    remove_suppression(&audited, tenant, key, act.at).await
}
