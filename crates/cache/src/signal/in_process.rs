//! The signal of one process.

use std::collections::HashSet;

use async_trait::async_trait;
use campanile_domain::NotificationId;

use super::{Heard, InboxSignal, Read, Watched};
use crate::{Mailbox, Presence};

/// For `up`, where every writer and every stream is in this process.
#[derive(Default)]
pub struct InProcessInboxSignal(Watched);

impl InProcessInboxSignal {
    /// Reports that announcements may have been lost. None are in one process; for tests of listeners.
    pub fn lose(&self) {
        self.0.missed();
    }
}

#[async_trait]
impl InboxSignal for InProcessInboxSignal {
    fn changed(&self, whose: &[Mailbox]) {
        self.0.changed(whose);
    }

    fn read(&self, whose: &Mailbox, what: Read) {
        self.0.read(whose, what);
    }

    fn returned(&self, whose: &Mailbox, id: NotificationId) {
        self.0.returned(whose, [id]);
    }

    async fn watch(&self, whose: &Mailbox) {
        self.0.watch(whose);
    }

    fn unwatch(&self, whose: &Mailbox) {
        self.0.unwatch(whose);
    }

    async fn heard(&self) -> Heard {
        self.0.next().await
    }
}

#[async_trait]
impl Presence for InProcessInboxSignal {
    async fn active(&self, whose: &[Mailbox]) -> HashSet<Mailbox> {
        let watched = whose.iter().filter(|one| self.0.is_watched(one));
        watched.cloned().collect()
    }
}
