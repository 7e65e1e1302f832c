//! A user reads, archives or snoozes a notification, or the reverse.

use async_trait::async_trait;
use campanile_domain::{InboxChange, InboxMarks, NotificationId, TenantId, UserId, Withdrawal};
use campanile_storage::{
    Cancelled, InboxWrites, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

use crate::variants::VariantTally;

/// Applies a change to one of a user's notifications and cancels what it withdraws; `None` if the user has none with
/// this id. A change that changes nothing leaves `updated_at` as it is.
///
/// Most changes are made without a lock, in two statements: the inbox alone shows the notification, or its deliveries
/// have ended. A plan stores all lines of a notification at once, so where some are stored and none is pending, none
/// will be.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn change_notification<S: InboxWrites + UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    change: InboxChange,
    now: DateTime<Utc>,
) -> Result<Option<Cancelled>, StorageError> {
    let Some(found) = storage.marks_of(tenant, user, id, now).await? else {
        return Ok(None);
    };
    let marks = found.marks.after(change, now);
    let is_counted = found.has_variants && read_or_unread(found.marks, marks).is_some();
    if !(is_counted || found.may_leave && withdrawal(marks).is_some()) {
        let is_done = marks == found.marks
            || storage
                .replace_marks(tenant, user, id, found.marks, marks, now)
                .await?;
        if is_done {
            return Ok(Some(Cancelled::default()));
        }
    }
    // Something may have to be cancelled, or it was changed meanwhile.
    let change = Change {
        tenant: tenant.clone(),
        user: user.clone(),
        id,
        change,
        now,
    };
    transact(storage, Scope::caller(tenant), change).await
}

/// Why a notification with these marks is not delivered any more.
fn withdrawal(marks: InboxMarks) -> Option<Withdrawal> {
    Withdrawal::of(marks.read_at, marks.archived_at, None, None)
}

/// 1 if it was read, -1 if it is unread again.
fn read_or_unread(before: InboxMarks, after: InboxMarks) -> Option<i64> {
    match (before.read_at, after.read_at) {
        (None, Some(_)) => Some(1),
        (Some(_), None) => Some(-1),
        _ => None,
    }
}

struct Change {
    tenant: TenantId,
    user: UserId,
    id: NotificationId,
    change: InboxChange,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Change {
    type Done = Option<Cancelled>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<Cancelled>, StorageError> {
        let (tenant, id, now) = (&self.tenant, self.id, self.now);
        let Some(before) = tx.lock_marks(tenant, &self.user, id, now).await? else {
            tx.nothing_written();
            return Ok(None);
        };
        let marks = before.marks.after(self.change, now);
        let is_changed = marks != before.marks;
        let why = withdrawal(marks).filter(|_| before.may_leave);
        let cancelled = match (is_changed, why) {
            (true, Some(why)) => tx.set_marks_and_cancel(tenant, id, marks, why, now).await?,
            (true, None) => {
                tx.set_marks(tenant, id, marks, now).await?;
                Cancelled::default()
            }
            (false, Some(why)) => tx.cancel_deliveries(tenant, &[id], why, now).await?,
            (false, None) => Cancelled::default(),
        };
        if before.has_variants
            && let Some(sign) = read_or_unread(before.marks, marks)
        {
            let mut variants = VariantTally::default();
            variants.read(tx, tenant, &[id], sign).await?;
            variants.store(tx).await?;
        }
        Ok(Some(cancelled))
    }
}
