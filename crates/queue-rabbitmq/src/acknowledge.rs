//! Letting go of a message.

use std::time::Duration;

use async_trait::async_trait;
use campanile_queue::Acknowledge;
use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicNackOptions, BasicRejectOptions};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A broker that does not take a frame for so long is as good as gone: the message comes again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// One message's acknowledgement. After a lost connection all of this is without effect: the broker
/// has given the message to others.
pub(crate) struct RabbitAcknowledge {
    acker: Option<Acker>,
}

impl RabbitAcknowledge {
    pub(crate) fn new(acker: Acker) -> Self {
        Self { acker: Some(acker) }
    }

    /// Sends it to the dead-letter queue.
    pub(crate) async fn reject(mut self) {
        if let Some(acker) = self.acker.take() {
            let _ = timeout(
                PATIENCE,
                acker.reject(BasicRejectOptions { requeue: false }),
            )
            .await;
        }
    }
}

async fn hand_back(acker: Acker) {
    let options = BasicNackOptions {
        requeue: true,
        multiple: false,
    };
    let _ = timeout(PATIENCE, acker.nack(options)).await;
}

#[async_trait]
impl Acknowledge for RabbitAcknowledge {
    fn is_ours(&self) -> bool {
        self.acker.as_ref().is_some_and(Acker::usable)
    }

    async fn done(mut self: Box<Self>) {
        if let Some(acker) = self.acker.take() {
            let _ = timeout(PATIENCE, acker.ack(BasicAckOptions::default())).await;
        }
    }

    async fn hand_back(mut self: Box<Self>) {
        if let Some(acker) = self.acker.take() {
            hand_back(acker).await;
        }
    }
}

impl Drop for RabbitAcknowledge {
    fn drop(&mut self) {
        // Outside a runtime the connection is going as well, and takes the message with it.
        if let (Some(acker), Ok(runtime)) = (self.acker.take(), Handle::try_current()) {
            runtime.spawn(hand_back(acker));
        }
    }
}
