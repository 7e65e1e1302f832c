//! A consumer that is set up again after every loss, also of its channel alone.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Lane};
use campanile_queue::{Acknowledge, Consumer, Message, Received};
use futures_util::StreamExt;
use lapin::Acker;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::FieldTable;
use tokio::sync::mpsc;

use crate::link::Link;

/// The receiving end.
pub(crate) struct RabbitConsumer {
    messages: mpsc::Receiver<Received>,
}

impl RabbitConsumer {
    /// Starts to take, as soon as the broker can be reached.
    pub(crate) fn start(link: Arc<Link>, channel: Channel, lane: Lane, prefetch: u16) -> Self {
        let (sender, messages) = mpsc::channel(1);
        tokio::spawn(run(link, channel, lane, prefetch, sender));
        Self { messages }
    }
}

#[async_trait]
impl Consumer for RabbitConsumer {
    async fn next(&mut self) -> Option<Received> {
        self.messages.recv().await
    }
}

async fn run(
    link: Arc<Link>,
    channel: Channel,
    lane: Lane,
    prefetch: u16,
    sender: mpsc::Sender<Received>,
) {
    let queue = link.settings.queue(channel, lane);
    while let Some(opened) = link.channel().await {
        if let Err(error) = consume(&link, &opened, &queue, prefetch, &sender).await {
            tracing::warn!(queue, %error, "consumer lost; setting it up again");
        }
        if sender.is_closed() || link.stop.is_cancelled() {
            return;
        }
        link.lost();
        // A channel that the broker closes at once must not become a busy loop.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Consumes until the channel fails or nobody wants more.
async fn consume(
    link: &Link,
    channel: &lapin::Channel,
    queue: &str,
    prefetch: u16,
    sender: &mpsc::Sender<Received>,
) -> lapin::Result<()> {
    channel
        .basic_qos(prefetch, BasicQosOptions::default())
        .await?;
    let options = BasicConsumeOptions::default();
    let mut deliveries = channel
        .basic_consume(queue.into(), "".into(), options, FieldTable::default())
        .await?;
    loop {
        let delivery = tokio::select! {
            () = link.stop.cancelled() => return Ok(()),
            () = sender.closed() => return Ok(()),
            delivery = deliveries.next() => delivery,
        };
        let Some(delivery) = delivery else {
            return Ok(());
        };
        let Delivery {
            acker,
            data,
            redelivered,
            ..
        } = delivery?;
        match Message::from_bytes(&data) {
            Ok(message) => {
                let acknowledge = Box::new(RabbitAcknowledge(acker));
                if sender
                    .send(Received {
                        message,
                        redelivered,
                        acknowledge,
                    })
                    .await
                    .is_err()
                {
                    return Ok(());
                }
            }
            Err(error) => {
                tracing::error!(queue, %error, "dead-lettered: nobody can read it");
                acker.reject(BasicRejectOptions { requeue: false }).await?;
            }
        }
    }
}

/// After a lost connection both are without effect: the broker has given the message to others.
struct RabbitAcknowledge(Acker);

#[async_trait]
impl Acknowledge for RabbitAcknowledge {
    async fn done(self: Box<Self>) {
        let _ = self.0.ack(BasicAckOptions::default()).await;
    }

    async fn hand_back(self: Box<Self>) {
        let _ = self
            .0
            .nack(BasicNackOptions {
                requeue: true,
                multiple: false,
            })
            .await;
    }
}
