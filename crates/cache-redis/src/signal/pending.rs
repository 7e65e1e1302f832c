//! What is announced and not sent yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use campanile_cache::{Changes, Mailbox, Read};
use campanile_domain::NotificationId;
use tokio::sync::Notify;

use super::address::Address;

/// So many inboxes are kept during an outage, about 2 MB; beyond, a message asks every node to read all inboxes again.
const MAX_INBOXES: usize = 32_768;

/// Announcements by inbox; merged with those that were sent in vain.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) inboxes: HashMap<Address, Changes>,
    /// There were too many to name.
    pub(super) overflow: bool,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.inboxes.is_empty() && !self.overflow
    }

    fn entry(&mut self, address: Address) -> Option<&mut Changes> {
        if self.inboxes.len() >= MAX_INBOXES && !self.inboxes.contains_key(&address) {
            self.overflow = true;
            // A listener that hears that reads everything anyway.
            self.inboxes.clear();
        }
        match self.overflow {
            true => None,
            false => Some(self.inboxes.entry(address).or_default()),
        }
    }
}

/// Filled by all, emptied by the publisher.
#[derive(Default)]
pub(super) struct Pending {
    batch: Mutex<Batch>,
    added: Notify,
}

impl Pending {
    pub(super) fn changed(&self, whose: &[Mailbox]) {
        if whose.is_empty() {
            return;
        }
        let addresses: Vec<_> = whose.iter().map(Address::of).collect();
        let mut batch = self.batch();
        for address in addresses {
            batch.entry(address);
        }
        drop(batch);
        self.added.notify_one();
    }

    pub(super) fn read(&self, whose: &Mailbox, what: Read) {
        let address = Address::of(whose);
        if let Some(changes) = self.batch().entry(address) {
            changes.add(what);
        }
        self.added.notify_one();
    }

    pub(super) fn returned(&self, whose: &Mailbox, id: NotificationId) {
        let address = Address::of(whose);
        if let Some(changes) = self.batch().entry(address) {
            changes.add_returned([id]);
        }
        self.added.notify_one();
    }

    /// Waits for announcements and takes them all.
    pub(super) async fn next(&self) -> Batch {
        loop {
            let batch = std::mem::take(&mut *self.batch());
            if !batch.is_empty() {
                return batch;
            }
            self.added.notified().await;
        }
    }

    /// Takes back what could not be sent. It is older than what is there.
    pub(super) fn put_back(&self, unsent: Batch) {
        let mut batch = self.batch();
        let newer = std::mem::replace(&mut *batch, unsent);
        if newer.overflow {
            *batch = newer;
        } else {
            for (address, changes) in newer.inboxes {
                let Some(merged) = batch.entry(address) else {
                    break;
                };
                merged.merge(changes);
            }
        }
        drop(batch);
        self.added.notify_one();
    }

    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};
    use chrono::Utc;

    use super::*;

    fn mailbox(user: &str) -> Mailbox {
        let (tenant, user) = (TenantId::parse("acme"), UserId::parse(user));
        Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
    }

    #[tokio::test]
    async fn announcements_of_an_inbox_are_merged_also_with_those_sent_in_vain() {
        let (pending, anna) = (Pending::default(), mailbox("anna"));
        let ids = [
            NotificationId::at(Utc::now()),
            NotificationId::at(Utc::now()),
        ];
        pending.read(&anna, Read::These(vec![ids[0]]));
        pending.changed(std::slice::from_ref(&anna));
        let unsent = pending.next().await;
        pending.read(&anna, Read::These(vec![ids[1]]));
        pending.put_back(unsent);
        let merged = pending.next().await;
        assert_eq!(merged.inboxes.len(), 1);
        assert_eq!(merged.inboxes[&Address::of(&anna)].read, ids);
        assert!(pending.batch().is_empty());
    }

    #[tokio::test]
    async fn too_many_inboxes_become_one_announcement_for_all() {
        let pending = Pending::default();
        let all: Vec<_> = (0..=MAX_INBOXES)
            .map(|n| mailbox(&format!("u{n}")))
            .collect();
        pending.changed(&all);
        let batch = pending.next().await;
        assert!(batch.overflow && batch.inboxes.is_empty());
        pending.put_back(batch);
        pending.changed(&[mailbox("anna")]);
        let batch = pending.next().await;
        assert!(batch.overflow && batch.inboxes.is_empty());
    }
}
