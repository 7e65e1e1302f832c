//! The signal of nodes that share nothing but the database.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::NotificationId;
use tokio::time::{Instant, timeout_at};

use super::{Heard, InboxSignal, Read, Watched};
use crate::Mailbox;

/// For a cluster without Redis: hears at once what this node announces, and reports again and again that other nodes
/// may have announced something.
pub struct PolledInboxSignal {
    watched: Watched,
    every: Duration,
    reported: Mutex<Instant>,
}

impl PolledInboxSignal {
    /// Reports a possible loss this often.
    pub fn new(every: Duration) -> Self {
        Self {
            watched: Watched::default(),
            every,
            reported: Mutex::new(Instant::now()),
        }
    }
}

#[async_trait]
impl InboxSignal for PolledInboxSignal {
    fn changed(&self, whose: &[Mailbox]) {
        self.watched.changed(whose);
    }

    fn read(&self, whose: &Mailbox, what: Read) {
        self.watched.read(whose, what);
    }

    fn returned(&self, whose: &Mailbox, id: NotificationId) {
        self.watched.returned(whose, [id]);
    }

    async fn watch(&self, whose: &Mailbox) {
        self.watched.watch(whose);
    }

    fn unwatch(&self, whose: &Mailbox) {
        self.watched.unwatch(whose);
    }

    async fn heard(&self) -> Heard {
        loop {
            let next = *self.reported.lock().unwrap_or_else(PoisonError::into_inner) + self.every;
            if let Ok(heard) = timeout_at(next, self.watched.next()).await {
                return heard;
            }
            *self.reported.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            if !self.watched.is_empty() {
                self.watched.missed();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_possible_loss_is_reported_again_and_again_while_something_is_watched() {
        let signal = PolledInboxSignal::new(Duration::from_secs(10));
        let idle = tokio::time::timeout(Duration::from_secs(100), signal.heard());
        assert!(idle.await.is_err(), "nobody watches");
        let (tenant, user) = (TenantId::parse("acme"), UserId::parse("anna"));
        let anna = Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"));
        signal.watch(&anna).await;
        for _ in 0..3 {
            let began = Instant::now();
            assert!(signal.heard().await.missed);
            assert!(began.elapsed() <= Duration::from_secs(10));
        }
        signal.changed(std::slice::from_ref(&anna));
        let heard = signal.heard().await;
        assert!(heard.changed.contains_key(&anna) && !heard.missed);
    }
}
