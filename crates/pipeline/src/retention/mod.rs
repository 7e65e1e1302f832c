//! One run of retention: whole days first, then tenants with a shorter term.

mod remove;

use std::collections::BTreeMap;

use campanile_domain::{NotificationId, RetentionDays, TenantId, UserId};
use campanile_storage::{DropDay, Removed, Retention, StorageError, UnitOfWork};
use chrono::{DateTime, NaiveDate, Utc};

pub use remove::remove_step;

/// How often a day is tried that others hold on to; a query gives up the table within milliseconds.
const DROP_TRIES: u32 = 20;

/// What a run is to do.
#[derive(Debug, Clone, Copy)]
pub struct RetentionRun {
    /// The default retention period, for tenants that have not set one.
    pub default: RetentionDays,
    /// The time.
    pub now: DateTime<Utc>,
    /// Only say what would be removed.
    pub dry_run: bool,
}

/// What a run did to a day, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayFate {
    /// Dropped; in a dry run: would be.
    Dropped,
    /// Kept: work on it is pending.
    Pending,
    /// Kept until the next run: transactions under way did not let go of it.
    InUse,
}

/// What a run did to a tenant with rows past its term, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantFate {
    /// Whose.
    pub tenant: TenantId,
    /// The term that holds for it.
    pub days: RetentionDays,
    /// What is gone. A dry run counts notifications only, pending ones among them.
    pub removed: Removed,
    /// Notifications past their term that stay, because work on them is pending.
    pub pending: u64,
}

/// What a run did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetentionReport {
    /// Days that every tenant's term has passed, oldest first.
    pub days: BTreeMap<NaiveDate, DayFate>,
    /// Tenants that had more to remove, by name.
    pub tenants: Vec<TenantFate>,
    /// Another process is at it; this run ended early.
    pub left_to_another: bool,
}

impl RetentionReport {
    /// How many days were dropped.
    pub fn days_dropped(&self) -> u64 {
        let dropped = self.days.values().filter(|fate| **fate == DayFate::Dropped);
        dropped.count() as u64
    }

    /// Rows of tenants with a shorter term that are gone.
    pub fn removed(&self) -> Removed {
        let mut all = Removed::default();
        for one in &self.tenants {
            all.add(one.removed);
        }
        all
    }
}

/// Where a run is: what a bar on a terminal shows, and what a cache has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A day has been decided on.
    Day,
    /// A tenant has so many notifications past its term.
    Found(u64),
    /// So many more were looked at.
    Seen(u64),
    /// The users of a tenant whose inboxes lost notifications. Those of a dropped partition are not included, because
    /// they are unknown without reading it.
    Emptied(&'a TenantId, &'a [UserId]),
}

/// Removes everything older than its retention period. Each step is a separate transaction that leaves nothing half
/// removed, so a run can be interrupted anywhere; the next one continues.
///
/// # Errors
/// What the steps before the failing one did stays done.
pub async fn retain<S: Retention + UnitOfWork + ?Sized>(
    storage: &S,
    run: RetentionRun,
    mut progress: impl FnMut(Progress<'_>) + Send,
) -> Result<RetentionReport, StorageError> {
    let terms = storage.retention_terms().await?;
    let term = |own: Option<RetentionDays>| own.unwrap_or(run.default);
    let longest = terms.iter().map(|(_, own)| term(*own)).max();
    let longest = longest.unwrap_or(run.default);
    let mut report = RetentionReport::default();
    // A day is over when its last moment is.
    let first_kept = longest.cutoff(run.now).date_naive();
    for day in storage.days_before(first_kept).await? {
        let Some(fate) = day_fate(storage, day, &run).await? else {
            report.left_to_another = true;
            return Ok(report);
        };
        report.days.insert(day, fate);
        progress(Progress::Day);
    }
    for (tenant, own) in terms {
        let days = term(own);
        // Its days are dropped whole; one that is kept is not worth emptying row by row.
        if storage.drops_days() && days == longest {
            continue;
        }
        let before = NotificationId::floor(days.cutoff(run.now));
        let found = storage.count_before(&tenant, before).await?;
        if found == 0 {
            continue;
        }
        progress(Progress::Found(found));
        let mut fate = TenantFate {
            tenant,
            days,
            removed: Removed::default(),
            pending: 0,
        };
        if run.dry_run {
            fate.removed.notifications = found;
        } else {
            report.left_to_another = !remove(storage, &mut fate, before, &mut progress).await?;
        }
        report.tenants.push(fate);
        if report.left_to_another {
            break;
        }
    }
    Ok(report)
}

/// `None`: another process is at it.
async fn day_fate<S: Retention + ?Sized>(
    storage: &S,
    day: NaiveDate,
    run: &RetentionRun,
) -> Result<Option<DayFate>, StorageError> {
    // Looked at before any lock is taken, and again under the lock.
    if storage.day_is_pending(day).await? {
        return Ok(Some(DayFate::Pending));
    }
    if run.dry_run {
        return Ok(Some(DayFate::Dropped));
    }
    for _ in 0..DROP_TRIES {
        match storage.drop_day(day, run.default).await? {
            None => return Ok(None),
            Some(DropDay::Dropped) => return Ok(Some(DayFate::Dropped)),
            Some(DropDay::Pending) => return Ok(Some(DayFate::Pending)),
            Some(DropDay::InUse) => {}
        }
    }
    Ok(Some(DayFate::InUse))
}

/// `false`: another process is at it.
async fn remove<S: UnitOfWork + ?Sized>(
    storage: &S,
    fate: &mut TenantFate,
    before: NotificationId,
    progress: &mut (impl FnMut(Progress<'_>) + Send),
) -> Result<bool, StorageError> {
    let mut after = Some(NotificationId::floor(DateTime::UNIX_EPOCH));
    while let Some(last) = after {
        let Some(step) = remove_step(storage, &fate.tenant, last, before).await? else {
            return Ok(false);
        };
        fate.removed.add(step.removed);
        fate.pending += step.pending;
        if !step.users.is_empty() {
            progress(Progress::Emptied(&fate.tenant, &step.users));
        }
        progress(Progress::Seen(step.removed.notifications + step.pending));
        after = step.more_after;
    }
    Ok(true)
}
