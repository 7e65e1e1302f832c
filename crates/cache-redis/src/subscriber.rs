//! One task receives the wakes of other processes, and reconnects for as long as it takes.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::Wake;
use campanile_domain::{Backoff, Random};
use futures_util::StreamExt;
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::outage::REDIS;
use crate::pool::{Connections, PATIENCE};
use crate::wire;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After this silence the server is pinged: a subscriber only reads, so it would never notice otherwise that its
/// connection is dead.
const SILENCE: Duration = Duration::from_secs(5);

/// What the task needs.
pub(crate) struct Subscriber {
    pub(crate) connections: Arc<Connections>,
    pub(crate) channel: String,
    pub(crate) ourselves: Uuid,
    pub(crate) random: Random,
    pub(crate) local: broadcast::Sender<Wake>,
    pub(crate) stop: CancellationToken,
}

impl Subscriber {
    /// Listens until the stop signal.
    pub(crate) async fn run(self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let ended = tokio::select! {
                () = self.stop.cancelled() => return,
                ended = self.listen(&mut backoff) => ended,
            };
            REDIS.failed(&ended);
            // Many processes that lost one server must not come back at the same moment.
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(backoff.jittered(0.5, &self.random)) => {}
            }
        }
    }

    /// Subscribes and passes on what is heard; says why that ended.
    async fn listen(&self, backoff: &mut Backoff) -> String {
        let subscribed = timeout(PATIENCE, async {
            let mut subscription = self.connections.client.get_async_pubsub().await?;
            subscription.subscribe(&self.channel).await?;
            Ok::<_, redis::RedisError>(subscription)
        });
        let (mut ask, mut heard) = match subscribed.await {
            Ok(Ok(subscription)) => subscription.split(),
            Ok(Err(error)) => return error.to_string(),
            Err(_) => return "no answer in time".to_owned(),
        };
        backoff.reset();
        REDIS.worked();
        // Wakes during the gap are lost: poll once.
        for wake in Wake::ALL {
            let _ = self.local.send(wake);
        }
        loop {
            let Ok(message) = timeout(SILENCE, heard.next()).await else {
                match timeout(PATIENCE, ask.ping::<redis::Value>()).await {
                    Ok(Ok(_pong)) => continue,
                    Ok(Err(error)) => return error.to_string(),
                    Err(_) => return "the server fell silent".to_owned(),
                }
            };
            let Some(message) = message else {
                return "the connection ended".to_owned();
            };
            let payload = String::from_utf8_lossy(message.get_payload_bytes());
            if let Some(wake) = wire::decode(&payload, self.ourselves) {
                let _ = self.local.send(wake);
            }
        }
    }
}
