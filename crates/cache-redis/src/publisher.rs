//! One task notifies the other processes; requests that arrive meanwhile are merged into one more notification.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use campanile_cache::Wake;
use redis::aio::MultiplexedConnection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::bus::bit;
use crate::outage::REDIS;
use crate::pool::{Connections, is_broken};
use crate::wire;

/// What the task needs.
pub(crate) struct Publisher {
    pub(crate) connections: Arc<Connections>,
    pub(crate) channel: String,
    pub(crate) sender: uuid::Uuid,
    pub(crate) asked: Arc<Notify>,
    pub(crate) wanted: Arc<AtomicU8>,
    pub(crate) commands: Arc<AtomicU64>,
    pub(crate) stop: CancellationToken,
}

impl Publisher {
    /// Publishes whenever it was asked to, one command at a time.
    pub(crate) async fn run(self) {
        let mut connection = None;
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.asked.notified() => {}
            }
            let wanted = self.wanted.swap(0, Ordering::Acquire);
            for wake in Wake::ALL {
                if wanted & bit(wake) != 0 {
                    // Others find new rows by polling.
                    let _ = REDIS.note(self.publish(wake, &mut connection).await);
                }
            }
        }
    }

    async fn publish(
        &self,
        wake: Wake,
        kept: &mut Option<MultiplexedConnection>,
    ) -> Result<(), String> {
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.connections.take().await?,
        };
        self.commands.fetch_add(1, Ordering::Relaxed);
        let published = redis::cmd("PUBLISH")
            .arg(&self.channel)
            .arg(wire::encode(wake, self.sender))
            .exec_async(&mut connection)
            .await;
        if !published.as_ref().is_err_and(is_broken) {
            *kept = Some(connection);
        }
        published.map_err(|error| error.to_string())
    }
}
