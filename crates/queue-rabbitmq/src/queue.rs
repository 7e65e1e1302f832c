//! The front: what `delivery` talks to.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{Channel, Lane};
use campanile_queue::{
    Consumer, DeadMessage, Message, PublishOutcome, Queue, QueueError, QueueHealth,
};
use campanile_telemetry::Outage;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::RabbitSettings;
use crate::consumer::RabbitConsumer;
use crate::dead::DeadLetterQueue;
use crate::link::Link;
use crate::publisher::{self, Request};

/// Requests to publish that wait; each holds a batch.
const WAITING: usize = 64;

/// RabbitMQ, with one connection to publish and one to consume.
pub struct RabbitQueue {
    publishing: Arc<Link>,
    consuming: Arc<Link>,
    requests: mpsc::Sender<Request>,
    dead: DeadLetterQueue,
}

impl RabbitQueue {
    /// Starts to connect, and returns at once.
    pub fn start(settings: RabbitSettings) -> Self {
        let stop = CancellationToken::new();
        let outage = Arc::new(Outage::of(
            "RabbitMQ",
            "deliveries stay in the database until it is back",
        ));
        let link = |purpose| {
            let (settings, outage) = (settings.clone(), Arc::clone(&outage));
            Link::new(settings, purpose, outage, stop.child_token())
        };
        let (publishing, consuming) = (link("publishing"), link("consuming"));
        let (requests, receiver) = mpsc::channel(WAITING);
        tokio::spawn(publisher::run(Arc::clone(&publishing), receiver));
        let dead = DeadLetterQueue::new(Arc::clone(&consuming));
        Self {
            publishing,
            consuming,
            requests,
            dead,
        }
    }

    /// Waits until messages can be published; whether that came about in time.
    pub async fn wait_until_up(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while !self.publishing.is_up() {
            if Instant::now() >= deadline {
                return false;
            }
            sleep(Duration::from_millis(20)).await;
        }
        true
    }
}

#[async_trait]
impl Queue for RabbitQueue {
    async fn publish(&self, messages: &[Message]) -> Vec<PublishOutcome> {
        let unconfirmed = || vec![PublishOutcome::Unconfirmed; messages.len()];
        let (reply, outcomes) = oneshot::channel();
        let request = Request {
            messages: messages.to_vec(),
            reply,
        };
        // Twice the confirm's time: the request may wait for the batch before it.
        let patience = self.publishing.settings.confirm_timeout * 2;
        let answer = timeout(patience, async {
            self.requests.send(request).await.ok()?;
            outcomes.await.ok()
        });
        answer.await.ok().flatten().unwrap_or_else(unconfirmed)
    }

    async fn consume(
        &self,
        channel: Channel,
        lane: Lane,
        prefetch: u16,
    ) -> Result<Box<dyn Consumer>, QueueError> {
        if !self.consuming.settings.channels.contains(&channel) {
            return Err(QueueError(format!("{channel} has no queue")));
        }
        let link = Arc::clone(&self.consuming);
        Ok(Box::new(RabbitConsumer::start(
            link, channel, lane, prefetch,
        )))
    }

    async fn take_dead(&self, limit: usize) -> Result<Vec<DeadMessage>, QueueError> {
        self.dead.take(limit).await
    }

    async fn health(&self) -> QueueHealth {
        match (self.publishing.is_up(), self.publishing.is_blocked()) {
            (false, _) => QueueHealth {
                up: false,
                detail: "RabbitMQ cannot be reached".into(),
            },
            (true, true) => QueueHealth {
                up: false,
                detail: "RabbitMQ blocks publishers (a memory or disk alarm)".into(),
            },
            (true, false) => QueueHealth {
                up: true,
                detail: "RabbitMQ accepts messages".into(),
            },
        }
    }

    async fn close(&self) {
        self.consuming.close().await;
        self.publishing.close().await;
    }
}
