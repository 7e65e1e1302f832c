//! Reading all of an inbox, in steps.

use campanile_domain::{NotificationId, NotificationType, TenantId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use campanile_storage::{InboxWrites, READ_AT_ONCE, ReadStep, StorageError, Unread};

/// An accept is durable within this time of its ids being made, or its ids are made anew; clocks
/// may differ by a little of it.
const ARRIVAL: TimeDelta = TimeDelta::seconds(90);
/// So many young ones are listed at once. Hardly any user gets as many in the time of an arrival; if
/// one does, what arrives while the first of them are marked may be marked, too.
const LISTED_AT_ONCE: usize = 10_000;

/// Marks everything as read that a user's inbox shows unread, of one type or any: all of it, in
/// transactions of [`READ_AT_ONCE`], and nothing that arrives after the call began.
///
/// # Errors
/// What the steps before the failing one did stays done; a repetition goes on with the rest.
pub async fn read_all<S: InboxWrites + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    notification_type: Option<&NotificationType>,
    now: DateTime<Utc>,
) -> Result<ReadStep, StorageError> {
    let (mut steps, mut all) = (ReadSteps::begin(now), ReadStep::default());
    while let Some(which) = steps.next(storage, tenant, user, notification_type).await? {
        let step = storage
            .read_step(tenant, user, notification_type, which, now)
            .await?;
        steps.done(&step);
        all.updated += step.updated;
        all.cancelled.merge(step.cancelled);
    }
    Ok(all)
}

/// The steps of reading all, for who has something to do around each.
///
/// Ids of several processes become visible out of order, so an id does not show what was there. Notifications so new
/// that earlier ones might still arrive are therefore listed first and marked by that list; of older ones, all that
/// exist were there.
#[derive(Debug)]
pub struct ReadSteps {
    now: DateTime<Utc>,
    young_from: NotificationId,
    /// From where young ones are to be listed, if any are left to be.
    list_from: Option<NotificationId>,
    listed: Vec<NotificationId>,
    /// Behind which older ones are left.
    older_after: Option<NotificationId>,
    /// Whether the step under way is one of the older.
    at_older: bool,
}

impl ReadSteps {
    /// Of what is there at this moment.
    pub fn begin(now: DateTime<Utc>) -> Self {
        let young_from = NotificationId::floor(now - ARRIVAL);
        Self {
            now,
            young_from,
            list_from: Some(young_from),
            listed: Vec::new(),
            older_after: Some(NotificationId::floor(DateTime::UNIX_EPOCH)),
            at_older: false,
        }
    }

    /// What the next step is to mark; `None` at the end.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn next<S: InboxWrites + ?Sized>(
        &mut self,
        storage: &S,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
    ) -> Result<Option<Unread>, StorageError> {
        if self.listed.is_empty()
            && let Some(from) = self.list_from.take()
        {
            let limit = LISTED_AT_ONCE;
            self.listed = storage
                .unread_since(tenant, user, notification_type, from, self.now, limit)
                .await?;
            let last = self.listed.last().filter(|_| self.listed.len() >= limit);
            self.list_from = last.map(|last| NotificationId(next_after(last.0)));
        }
        if !self.listed.is_empty() {
            let some = self.listed.len().min(READ_AT_ONCE);
            return Ok(Some(Unread::These(self.listed.drain(..some).collect())));
        }
        self.at_older = true;
        Ok(self
            .older_after
            .take()
            .map(|after| Unread::Between(after, self.young_from)))
    }

    /// Goes on behind what the step has marked.
    pub fn done(&mut self, step: &ReadStep) {
        if self.at_older {
            self.older_after = step.more_after;
        }
    }
}

fn next_after(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use campanile_domain::InboxChange;

    use super::*;
    use campanile_storage::Cancelled;

    /// An inbox of unread ids, oldest first.
    struct Inbox(Mutex<Vec<NotificationId>>);

    #[async_trait]
    impl InboxWrites for Inbox {
        async fn change_notification(
            &self,
            _tenant: &TenantId,
            _user: &UserId,
            _id: NotificationId,
            _change: InboxChange,
            _now: DateTime<Utc>,
        ) -> Result<Option<Cancelled>, StorageError> {
            unreachable!("reading all changes by steps")
        }

        async fn delete_notification(
            &self,
            _tenant: &TenantId,
            _user: &UserId,
            _id: NotificationId,
            _now: DateTime<Utc>,
        ) -> Result<Option<Cancelled>, StorageError> {
            unreachable!("reading all deletes none")
        }

        async fn unread_since(
            &self,
            _tenant: &TenantId,
            _user: &UserId,
            _notification_type: Option<&NotificationType>,
            since: NotificationId,
            _now: DateTime<Utc>,
            limit: usize,
        ) -> Result<Vec<NotificationId>, StorageError> {
            assert_eq!(limit, LISTED_AT_ONCE);
            let all = self.0.lock().expect("sound");
            let young = all.iter().filter(|id| **id >= since).take(limit);
            Ok(young.copied().collect())
        }

        async fn read_step(
            &self,
            _tenant: &TenantId,
            _user: &UserId,
            _notification_type: Option<&NotificationType>,
            which: Unread,
            _now: DateTime<Utc>,
        ) -> Result<ReadStep, StorageError> {
            let mut all = self.0.lock().expect("sound");
            let marked: Vec<_> = match which {
                Unread::These(ids) => ids,
                Unread::Between(low, high) => {
                    let older = all.iter().filter(|id| low < **id && **id < high);
                    older.take(READ_AT_ONCE).copied().collect()
                }
            };
            assert!(marked.len() <= READ_AT_ONCE);
            all.retain(|id| marked.binary_search(id).is_err());
            Ok(ReadStep {
                updated: marked.len() as u64,
                more_after: marked
                    .last()
                    .filter(|_| marked.len() == READ_AT_ONCE)
                    .copied(),
                cancelled: Cancelled::default(),
            })
        }
    }

    #[tokio::test]
    async fn more_young_ones_than_are_listed_at_once_are_all_read() {
        let now = Utc::now();
        for (young, old) in [(0, 0), (1, 1), (10_000, 500), (20_000, 0), (20_001, 1_200)] {
            let ids = |number: usize, from: DateTime<Utc>| {
                let at = move |n| from + TimeDelta::milliseconds(n);
                (0..).take(number).map(move |n| NotificationId::at(at(n)))
            };
            let mut all: Vec<_> = ids(old, now - TimeDelta::hours(1)).collect();
            all.extend(ids(young, now - TimeDelta::seconds(60)));
            all.sort_unstable();
            let inbox = Inbox(Mutex::new(all));
            let tenant = TenantId::parse("acme").expect("a tenant's name");
            let user = UserId::parse("u").expect("a user's name");
            let read = read_all(&inbox, &tenant, &user, None, now).await;
            assert_eq!(read.expect("read").updated as usize, young + old);
            assert!(inbox.0.lock().expect("sound").is_empty());
        }
    }
}
