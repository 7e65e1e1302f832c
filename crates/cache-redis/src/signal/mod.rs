//! The signal that an inbox has changed, between nodes.
//!
//! Inboxes are spread over 256 channels by the hash of tenant and user; a node subscribes only to the channels of the
//! inboxes that it watches. A message carries the hashes of the inboxes that changed and, for reads, a few details
//! (`wire`). `publisher` merges what is announced while the previous messages are on their way, keeps it during an
//! outage, and sends it afterwards. `subscriber` reports [`Heard::missed`](campanile_cache::Heard) when it is subscribed
//! again, because others went on meanwhile. A node hears its own announcements directly. Who is watched is active: see
//! [`Presence`](campanile_cache::Presence).

mod address;
mod pending;
mod publisher;
mod subscriber;
mod watches;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use campanile_cache::{Heard, InboxSignal, Mailbox, Read};
use campanile_domain::{NotificationId, Random};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::RedisBusError;
use crate::keys::Keys;
use crate::pool::Connections;
use crate::presence::PresenceKeeper;
use address::Channels;
use pending::Pending;
use publisher::Publisher;
use subscriber::Subscriber;
pub(crate) use watches::Watches;

/// The cluster's signal; dropping it stops its tasks.
pub struct RedisInboxSignal {
    pending: Arc<Pending>,
    watches: Arc<Watches>,
    _stop: DropGuard,
}

impl RedisInboxSignal {
    /// Starts to connect, and returns at once. Nodes hear each other if their `namespace` is the same. Must be called
    /// inside a Tokio runtime.
    ///
    /// # Errors
    /// [`RedisBusError`] for an address that is none.
    pub fn start(url: &str, namespace: &str, random: Random) -> Result<Self, RedisBusError> {
        let connections = Arc::new(Connections::prepare(url)?);
        let stop = CancellationToken::new();
        let channels = Channels::new(namespace);
        let ourselves = random.uuid();
        let (pending, watches) = (Arc::new(Pending::default()), Arc::new(Watches::default()));
        let publisher = Publisher {
            connections: Arc::clone(&connections),
            channels: channels.clone(),
            ourselves,
            pending: Arc::clone(&pending),
            random: random.clone(),
            stop: stop.clone(),
        };
        let keeper = PresenceKeeper {
            connections: Arc::clone(&connections),
            keys: Keys::new(namespace),
            watches: Arc::clone(&watches),
            stop: stop.clone(),
        };
        let subscriber = Subscriber {
            connections,
            channels,
            ourselves,
            watches: Arc::clone(&watches),
            random,
            stop: stop.clone(),
        };
        tokio::spawn(publisher.run());
        tokio::spawn(subscriber.run());
        tokio::spawn(keeper.run());
        Ok(Self {
            pending,
            watches,
            _stop: stop.drop_guard(),
        })
    }

    /// How many channels this node is subscribed to.
    pub fn channels(&self) -> usize {
        self.watches.subscribed()
    }
}

#[async_trait]
impl InboxSignal for RedisInboxSignal {
    fn changed(&self, whose: &[Mailbox]) {
        self.watches.heard.changed(whose);
        self.pending.changed(whose);
    }

    fn read(&self, whose: &Mailbox, what: Read) {
        self.pending.read(whose, what.clone());
        self.watches.heard.read(whose, what);
    }

    fn returned(&self, whose: &Mailbox, id: NotificationId) {
        self.pending.returned(whose, id);
        self.watches.heard.returned(whose, [id]);
    }

    async fn watch(&self, whose: &Mailbox) {
        self.watches.watch(whose).await;
    }

    fn unwatch(&self, whose: &Mailbox) {
        self.watches.unwatch(whose);
    }

    async fn heard(&self) -> Heard {
        self.watches.heard.next().await
    }
}
