//! Who has a live stream open, as plans ask for it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_cache::{Mailbox, Presence};
use campanile_storage::Person;

/// What the nodes know together.
pub(super) struct SharedPresence(pub(super) Arc<dyn Presence>);

#[async_trait]
impl campanile_pipeline::Presence for SharedPresence {
    async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person> {
        let mailboxes = people.iter();
        let mailboxes: Vec<_> = mailboxes
            .map(|(tenant, user)| Mailbox::new(tenant, user))
            .collect();
        let active = self.0.active(&mailboxes).await.into_iter();
        active.map(|one| (one.tenant, one.user)).collect()
    }
}
