//! One task sends what is announced; what is announced meanwhile goes with the next messages.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Backoff, Random};
use redis::aio::MultiplexedConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::address::Channels;
use super::pending::{Batch, Pending};
use super::wire::Writer;
use crate::outage::REDIS;
use crate::pool::{Connections, PATIENCE};

/// Announcements wait for the end of an outage no longer than this after it.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// What the task needs.
pub(super) struct Publisher {
    pub(super) connections: Arc<Connections>,
    pub(super) channels: Channels,
    pub(super) ourselves: Uuid,
    pub(super) pending: Arc<Pending>,
    pub(super) random: Random,
    pub(super) stop: CancellationToken,
}

impl Publisher {
    /// Sends until the stop signal. What could not be sent is sent again: hearing it twice does no harm.
    pub(super) async fn run(self) {
        let mut connection = None;
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let batch = tokio::select! {
                () = self.stop.cancelled() => return,
                batch = self.pending.next() => batch,
            };
            match self.send(&mut connection, &batch).await {
                Ok(()) => {
                    REDIS.worked();
                    backoff.reset();
                }
                Err(error) => {
                    REDIS.failed(&error);
                    connection = None;
                    self.pending.put_back(batch);
                    tokio::select! {
                        () = self.stop.cancelled() => return,
                        () = tokio::time::sleep(backoff.jittered(0.5, &self.random)) => {}
                    }
                }
            }
        }
    }

    async fn send(
        &self,
        kept: &mut Option<MultiplexedConnection>,
        batch: &Batch,
    ) -> Result<(), redis::RedisError> {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(self.connections.open(PATIENCE).await?),
        };
        self.commands(batch).exec_async(connection).await
    }

    fn commands(&self, batch: &Batch) -> redis::Pipeline {
        let mut all: Vec<_> = batch.inboxes.iter().collect();
        all.sort_unstable_by_key(|(address, _)| address.shard());
        let mut commands = redis::pipe();
        let mut publish = |shard: u8, writer: Writer| {
            for message in writer.finish() {
                commands
                    .cmd("PUBLISH")
                    .arg(self.channels.name(shard))
                    .arg(message)
                    .ignore();
            }
        };
        for of_one in all.chunk_by(|(one, _), (next, _)| one.shard() == next.shard()) {
            let mut writer = Writer::new(self.ourselves);
            for (address, changes) in of_one {
                writer.changes(**address, changes);
            }
            publish(of_one[0].0.shard(), writer);
        }
        if batch.overflow {
            for shard in 0..=u8::MAX {
                let mut writer = Writer::new(self.ourselves);
                writer.missed();
                publish(shard, writer);
            }
        }
        commands
    }
}
