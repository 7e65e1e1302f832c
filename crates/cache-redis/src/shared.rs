//! Cache, limits and stream tickets of one process, over one connection; the signal has its own.

use std::sync::Arc;

use campanile_domain::{Clock, Random};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::RedisBusError;
use crate::inbox::RedisInboxCache;
use crate::keys::Keys;
use crate::limits::RedisTokens;
use crate::link::Link;
use crate::pool::Connections;
use crate::presence::RedisPresence;
use crate::signal::RedisInboxSignal;
use crate::stream_tickets::RedisStreamTickets;

/// What the nodes of an installation share besides the bus; dropping it stops its task.
pub struct RedisShared {
    /// Answers about inboxes.
    pub inboxes: Arc<RedisInboxCache>,
    /// Buckets of rate limits.
    pub tokens: Arc<RedisTokens>,
    /// Tickets that open streams.
    pub tickets: Arc<RedisStreamTickets>,
    /// Who has a live stream open.
    pub presence: Arc<RedisPresence>,
    /// Tells that an inbox has changed.
    pub signal: Arc<RedisInboxSignal>,
    link: Arc<Link>,
    _stop: DropGuard,
}

impl RedisShared {
    /// Starts to connect, and returns at once. Nodes share what bears the same `namespace`. Must be
    /// called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`RedisBusError`] for an address that is none.
    pub fn start(
        url: &str,
        namespace: &str,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Result<Self, RedisBusError> {
        let keys = Keys::new(namespace);
        let connections = Connections::prepare(url)?;
        let link = Arc::new(Link::new(
            connections,
            keys.generation().to_owned(),
            random.clone(),
        ));
        let signal = RedisInboxSignal::start(url, namespace, random.clone())?;
        let stop = CancellationToken::new();
        tokio::spawn(Arc::clone(&link).run(stop.clone()));
        Ok(Self {
            inboxes: Arc::new(RedisInboxCache {
                link: Arc::clone(&link),
                keys: keys.clone(),
                clock,
                random,
            }),
            presence: Arc::new(RedisPresence {
                link: Arc::clone(&link),
                keys: keys.clone(),
            }),
            tickets: Arc::new(RedisStreamTickets {
                link: Arc::clone(&link),
                keys: keys.clone(),
            }),
            tokens: Arc::new(RedisTokens::new(Arc::clone(&link), keys)),
            signal: Arc::new(signal),
            link,
            _stop: stop.drop_guard(),
        })
    }

    /// Whether there is a connection that has not failed.
    pub fn is_serving(&self) -> bool {
        self.link.live().is_some()
    }
}
