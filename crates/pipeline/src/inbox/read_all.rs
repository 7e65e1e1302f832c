//! A user reads everything, in steps.

use async_trait::async_trait;
use campanile_domain::{NotificationId, Withdrawal};
use campanile_storage::{
    READ_AT_ONCE, ReadStep, Scope, StorageError, Transaction, UnitOfWork, Unread, UnreadOf, Work,
    transact,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::variants::VariantTally;

/// An accept is durable within this time of its ids being made, or its ids are made anew; clocks
/// may differ by a little of it.
const ARRIVAL: TimeDelta = TimeDelta::seconds(90);
/// So many young ones are listed at once. Hardly any user gets as many in the time of an arrival; if
/// one does, what arrives while the first of them are marked may be marked, too.
const LISTED_AT_ONCE: usize = 10_000;

/// The steps by which everything that an inbox shows unread is marked as read: all of it, in transactions of
/// [`READ_AT_ONCE`], and nothing that arrives after the first.
///
/// Ids of several processes become visible out of order, so an id does not show what was there. Notifications so new
/// that earlier ones might still arrive are therefore listed first and marked by that list; of older ones, all that
/// exist were there.
#[derive(Debug)]
pub struct ReadSteps {
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
            young_from,
            list_from: Some(young_from),
            listed: Vec::new(),
            older_after: Some(NotificationId::floor(DateTime::UNIX_EPOCH)),
            at_older: false,
        }
    }

    /// What the next step is to mark, for [`read_step`]; `None` at the end.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn next<S: UnitOfWork + ?Sized>(
        &mut self,
        storage: &S,
        unread: &UnreadOf,
    ) -> Result<Option<Unread>, StorageError> {
        if let Some(since) = self.next_list() {
            let (scope, unread) = (Scope::reader(&unread.tenant), unread.clone());
            let listed = transact(storage, scope, List { unread, since }).await?;
            self.listed(listed);
        }
        Ok(self.next_mark())
    }

    /// Goes on behind what the step has marked.
    pub fn done(&mut self, step: &ReadStep) {
        if self.at_older {
            self.older_after = step.more_after;
        }
    }

    fn next_list(&mut self) -> Option<NotificationId> {
        self.list_from.take_if(|_| self.listed.is_empty())
    }

    fn listed(&mut self, young: Vec<NotificationId>) {
        let last = young.last().filter(|_| young.len() >= LISTED_AT_ONCE);
        self.list_from = last.map(|last| NotificationId(next_after(last.0)));
        self.listed = young;
    }

    fn next_mark(&mut self) -> Option<Unread> {
        if !self.listed.is_empty() {
            let some = self.listed.len().min(READ_AT_ONCE);
            return Some(Unread::These(self.listed.drain(..some).collect()));
        }
        self.at_older = true;
        let after = self.older_after.take()?;
        Some(Unread::Between(after, self.young_from))
    }
}

fn next_after(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

struct List {
    unread: UnreadOf,
    since: NotificationId,
}

#[async_trait]
impl Work for List {
    type Done = Vec<NotificationId>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        tx.unread_since(&self.unread, self.since, LISTED_AT_ONCE)
            .await
    }
}

/// Marks what one step is to mark, in one transaction, and cancels its pending deliveries.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn read_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    unread: &UnreadOf,
    which: Unread,
) -> Result<ReadStep, StorageError> {
    let (scope, unread) = (Scope::caller(&unread.tenant), unread.clone());
    transact(storage, scope, Step { unread, which }).await
}

struct Step {
    unread: UnreadOf,
    which: Unread,
}

#[async_trait]
impl Work for Step {
    type Done = ReadStep;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<ReadStep, StorageError> {
        let ids = tx.lock_unread(&self.unread, &self.which).await?;
        if ids.is_empty() {
            tx.nothing_written();
            return Ok(ReadStep::default());
        }
        let has_variants = tx.mark_read(&self.unread, &ids).await?;
        let UnreadOf { tenant, now, .. } = &self.unread;
        let why = Withdrawal::Read;
        let cancelled = tx.cancel_deliveries(tenant, &ids, why, *now).await?;
        if has_variants {
            let mut variants = VariantTally::default();
            variants.read(tx, tenant, &ids, 1).await?;
            variants.store(tx).await?;
        }
        Ok(ReadStep {
            updated: ids.len() as u64,
            more_after: ids.last().filter(|_| ids.len() == READ_AT_ONCE).copied(),
            cancelled,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks as [`read_step`] does, of unread ids, oldest first.
    fn mark(unread: &mut Vec<NotificationId>, which: Unread) -> ReadStep {
        let marked: Vec<_> = match which {
            Unread::These(ids) => ids,
            Unread::Between(low, high) => {
                let older = unread.iter().filter(|id| low < **id && **id < high);
                older.take(READ_AT_ONCE).copied().collect()
            }
        };
        assert!(marked.len() <= READ_AT_ONCE);
        let before = unread.len();
        unread.retain(|id| marked.binary_search(id).is_err());
        let more = marked.last().filter(|_| marked.len() == READ_AT_ONCE);
        ReadStep {
            updated: (before - unread.len()) as u64,
            more_after: more.copied(),
            ..ReadStep::default()
        }
    }

    #[test]
    fn more_young_ones_than_are_listed_at_once_are_all_read() {
        let now = Utc::now();
        for (young, old) in [(0, 0), (1, 1), (10_000, 500), (20_000, 0), (20_001, 1_200)] {
            let ids = |number: usize, from: DateTime<Utc>| {
                let at = move |n| from + TimeDelta::milliseconds(n);
                (0..).take(number).map(move |n| NotificationId::at(at(n)))
            };
            let mut unread: Vec<_> = ids(old, now - TimeDelta::hours(1)).collect();
            unread.extend(ids(young, now - TimeDelta::seconds(60)));
            unread.sort_unstable();
            let (mut steps, mut read) = (ReadSteps::begin(now), 0);
            loop {
                if let Some(since) = steps.next_list() {
                    let young = unread.iter().filter(|id| **id >= since);
                    steps.listed(young.take(LISTED_AT_ONCE).copied().collect());
                }
                let Some(which) = steps.next_mark() else {
                    break;
                };
                let step = mark(&mut unread, which);
                steps.done(&step);
                read += step.updated;
            }
            assert_eq!((read, unread.len()), ((young + old) as u64, 0));
        }
    }
}
