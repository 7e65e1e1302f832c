//! Entries that reports lead to.

use campanile_domain::{Suppression, TenantId};
use campanile_pipeline::add_suppressions;
use campanile_storage::{Storage, StorageError};
use campanile_telemetry::metrics;

use super::{ReportKind, ReportResult};

/// Adds entries of one kind of report, and counts them. Says how many are new.
pub(super) async fn add(
    storage: &dyn Storage,
    tenant: &TenantId,
    kind: ReportKind,
    entries: Vec<Suppression>,
) -> Result<u64, StorageError> {
    let all = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    if all == 0 {
        return Ok(0);
    }
    let added = add_suppressions(storage, tenant, entries).await?;
    if let Some(reason) = kind.reason() {
        let counter = &metrics().suppressions_added_total;
        counter.with_label_values(&[reason.name()]).inc_by(added);
    }
    count(kind, ReportResult::Added, added);
    count(kind, ReportResult::Known, all.saturating_sub(added));
    Ok(added)
}

/// Counts reports.
pub(super) fn count(kind: ReportKind, result: ReportResult, reports: u64) {
    let counter = &metrics().mail_reports_total;
    let counter = counter.with_label_values(&[kind.name(), result.name()]);
    counter.inc_by(reports);
}
