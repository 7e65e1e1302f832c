//! Once a day: removes notifications that are older than their retention period.

use std::time::Duration;

use campanile_cache::Mailbox;
use campanile_domain::{AuditDays, RetentionDays};
use campanile_pipeline::{
    DayFate, Progress, RetentionReport, RetentionRun, forget_past_term, remove_audit_rows, retain,
};
use campanile_storage::StorageError;
use campanile_telemetry::metrics;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("retention", "it will run again");

/// Days are dropped, so a run a day is enough.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// A run that failed, or kept a day that others held on to, comes again sooner.
const AGAIN_AFTER: Duration = Duration::from_secs(10 * 60);

/// Runs at the start and then daily, until the stop signal, in every worker. A worker that finds another one running
/// leaves it to that one, and a run that finds nothing costs a few small queries.
pub(crate) async fn run(
    parts: DeliveryParts,
    default: RetentionDays,
    audit_default: AuditDays,
    stop: CancellationToken,
) {
    loop {
        let run = RetentionRun {
            default,
            now: parts.clock.now(),
            dry_run: false,
        };
        let retained = tokio::select! {
            // Each step is a separate transaction: an interrupted run leaves nothing half removed.
            () = stop.cancelled() => return,
            retained = retained(&parts, run) => retained,
        };
        let forgotten = tokio::select! {
            () = stop.cancelled() => return,
            forgotten = forget_past_term(parts.storage.as_ref(), run) => forgotten,
        };
        if let Ok(rows) = TROUBLE.note(forgotten) {
            removed("fanouts", rows);
        }
        let audited = tokio::select! {
            () = stop.cancelled() => return,
            audited = remove_audit_rows(parts.storage.as_ref(), audit_default, run.now) => audited,
        };
        if let Ok(rows) = TROUBLE.note(audited) {
            removed("audit_rows", rows);
        }
        let pause = match TROUBLE.note(retained) {
            Ok(report) => {
                tell(&report, parts.clock.now().timestamp());
                if report.days.values().any(|fate| *fate == DayFate::InUse) {
                    AGAIN_AFTER
                } else {
                    EVERY
                }
            }
            Err(_) => AGAIN_AFTER,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A run; it revokes the cached answers of the inboxes that it changes as it goes on. Notifications of a dropped
/// partition may be shown until their cached answers expire, at most five minutes: they are older than the longest
/// retention period, and hardly on any page.
async fn retained(
    parts: &DeliveryParts,
    run: RetentionRun,
) -> Result<RetentionReport, StorageError> {
    let (emptied, mut inboxes) = mpsc::unbounded_channel::<Vec<Mailbox>>();
    let removing = async move {
        // Moved in, so that the other side notices the end.
        let emptied = emptied;
        retain(parts.storage.as_ref(), run, |progress| {
            if let Progress::Emptied(tenant, users) = progress {
                let whose = users.iter().map(|user| Mailbox::new(tenant, user));
                emptied.send(whose.collect()).ok();
            }
        })
        .await
    };
    let voiding = async {
        while let Some(whose) = inboxes.recv().await {
            parts.inboxes.raise(&whose).await;
        }
    };
    tokio::join!(removing, voiding).0
}

fn tell(report: &RetentionReport, now: i64) {
    if report.left_to_another {
        // Not a run of this process: if the other never ends, the alert on late runs must not be held off.
        tracing::debug!("another process is running retention");
        return;
    }
    let (gone, dropped) = (report.removed(), report.days_dropped());
    for (kind, rows) in [
        ("notifications", gone.notifications),
        ("deliveries", gone.deliveries),
        ("dead_letters", gone.dead_letters),
    ] {
        removed(kind, rows);
    }
    metrics().retention_partitions_dropped_total.inc_by(dropped);
    for (reason, fate) in [("pending", DayFate::Pending), ("in_use", DayFate::InUse)] {
        let kept = report.days.values().filter(|one| **one == fate).count();
        let gauge = &metrics().retention_partitions_kept;
        let gauge = gauge.with_label_values(&[reason]);
        gauge.set(i64::try_from(kept).unwrap_or(i64::MAX));
    }
    metrics().retention_last_run_timestamp_seconds.set(now);
    if dropped > 0 || gone.notifications > 0 {
        let notifications = gone.notifications;
        tracing::info!(
            days = dropped,
            notifications,
            "removed notifications older than their retention period"
        );
    }
    for (day, fate) in &report.days {
        if *fate != DayFate::Dropped {
            tracing::warn!(%day, reason = ?fate, "a daily partition past all retention periods was kept; the next run checks it again");
        }
    }
    for one in &report.tenants {
        if one.pending > 0 {
            let (tenant, pending) = (&one.tenant, one.pending);
            tracing::info!(tenant.id = %tenant, pending, "kept notifications older than their retention period because deliveries are pending");
        }
    }
}

fn removed(kind: &str, rows: u64) {
    let counter = &metrics().retention_rows_removed_total;
    counter.with_label_values(&[kind]).inc_by(rows);
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
