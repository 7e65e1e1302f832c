//! Entries that reports lead to: one rule for mails and for what services report.

use campanile_domain::{EmailAddress, Suppression, SuppressionReason, TenantId, UserId};
use campanile_pipeline::{Reported, add_all_reported};
use campanile_storage::{Storage, StorageError};
use campanile_telemetry::metrics;
use chrono::{DateTime, Utc};

use super::{ReportKind, ReportResult};

/// Adds entries that reports of one kind about mails of these moments lead to, unless the address was taken off the list since, and
/// counts them. What became of each, in their order.
pub(super) async fn add(
    storage: &dyn Storage,
    tenant: &TenantId,
    kind: ReportKind,
    entries: Vec<(Suppression, DateTime<Utc>)>,
) -> Result<Vec<ReportResult>, StorageError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let reported = add_all_reported(storage, tenant, entries).await?;
    let result = |one: Reported| match one {
        Reported::Added => ReportResult::Added,
        Reported::Known => ReportResult::Known,
        Reported::Outdated => ReportResult::Outdated,
    };
    let results: Vec<ReportResult> = reported.into_iter().map(result).collect();
    for one in &results {
        count(kind, *one, 1);
        if let (ReportResult::Added, Some(reason)) = (one, kind.reason()) {
            let counter = &metrics().suppressions_added_total;
            counter.with_label_values(&[reason.name()]).inc();
        }
    }
    Ok(results)
}

/// Whether a service has declared an address valid after a mail was sent to it, by storing it for its user. That says nothing
/// about a complaint.
pub(super) async fn is_confirmed_since(
    storage: &dyn Storage,
    tenant: &TenantId,
    reason: SuppressionReason,
    (user, address): (&UserId, &str),
    sent_at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    if reason != SuppressionReason::HardBounce {
        return Ok(false);
    }
    let user = storage.user(tenant, user).await?;
    Ok(user.is_some_and(|user| {
        let email = user.email.as_ref().map(EmailAddress::as_str);
        let is_theirs = email.is_some_and(|email| email.eq_ignore_ascii_case(address));
        is_theirs && user.updated_at >= sent_at
    }))
}

/// Counts reports.
pub(super) fn count(kind: ReportKind, result: ReportResult, reports: u64) {
    let counter = &metrics().mail_reports_total;
    let counter = counter.with_label_values(&[kind.name(), result.name()]);
    counter.inc_by(reports);
}
