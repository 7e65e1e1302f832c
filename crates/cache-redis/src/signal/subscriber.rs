//! One task is subscribed to the channels that this node needs, and reconnects for as long as it takes.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Backoff, Random};
use futures_util::StreamExt;
use redis::aio::PubSubSink;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::address::Channels;
use super::watches::Watches;
use super::wire;
use crate::outage::REDIS;
use crate::pool::{Connections, PATIENCE};

/// Streams catch up within a second of the server's return.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);
/// After this silence the server is pinged, because who only reads never notices that a connection is dead.
const SILENCE: Duration = Duration::from_secs(1);

/// What the task needs.
pub(super) struct Subscriber {
    pub(super) connections: Arc<Connections>,
    pub(super) channels: Channels,
    pub(super) ourselves: Uuid,
    pub(super) watches: Arc<Watches>,
    pub(super) random: Random,
    pub(super) stop: CancellationToken,
}

impl Subscriber {
    /// Listens until the stop signal. A process that watches nothing, such as a worker, never connects.
    pub(super) async fn run(self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let ended = tokio::select! {
                () = self.stop.cancelled() => return,
                ended = self.listen(&mut backoff) => ended,
            };
            REDIS.failed(&ended);
            self.watches.lost();
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(backoff.jittered(0.5, &self.random)) => {}
            }
        }
    }

    /// Says why it ended.
    async fn listen(&self, backoff: &mut Backoff) -> String {
        while !self.watches.any() {
            self.watches.wanted().await;
        }
        let connected = timeout(PATIENCE, self.connections.client.get_async_pubsub());
        let (mut ask, mut heard) = match connected.await {
            Ok(Ok(connection)) => connection.split(),
            Ok(Err(error)) => return error.to_string(),
            Err(_) => return "no answer in time".to_owned(),
        };
        if let Err(why) = self.adjust(&mut ask).await {
            return why;
        }
        backoff.reset();
        REDIS.worked();
        loop {
            let message = tokio::select! {
                () = self.watches.wanted() => {
                    match self.adjust(&mut ask).await {
                        Ok(()) => continue,
                        Err(why) => return why,
                    }
                }
                message = timeout(SILENCE, heard.next()) => message,
            };
            match message {
                Ok(Some(message)) => {
                    for record in wire::read(message.get_payload_bytes(), self.ourselves) {
                        self.watches.hear(record);
                    }
                }
                Ok(None) => return "the connection ended".to_owned(),
                Err(_) => match timeout(PATIENCE, ask.ping::<redis::Value>()).await {
                    Ok(Ok(_pong)) => {}
                    Ok(Err(error)) => return error.to_string(),
                    Err(_) => return "the server fell silent".to_owned(),
                },
            }
        }
    }

    /// Subscribes to what is needed and leaves what is not.
    async fn adjust(&self, ask: &mut PubSubSink) -> Result<(), String> {
        let difference = self.watches.difference();
        let names = |shards: &[u8]| -> Vec<_> {
            shards
                .iter()
                .map(|shard| self.channels.name(*shard))
                .collect()
        };
        if !difference.leave.is_empty() {
            answered(ask.unsubscribe(names(&difference.leave))).await?;
        }
        if !difference.join.is_empty() {
            answered(ask.subscribe(names(&difference.join))).await?;
        }
        self.watches.joined(&difference.join);
        Ok(())
    }
}

async fn answered(command: impl Future<Output = redis::RedisResult<()>>) -> Result<(), String> {
    match timeout(PATIENCE, command).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}
