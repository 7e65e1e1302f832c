//! A consumer that is set up again after every loss, also of its channel alone.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Lane};
use campanile_queue::{Acknowledge, Consumer, Message, Received};
use futures_util::{FutureExt, StreamExt};
use lapin::message::Delivery;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::acknowledge::{PATIENCE, RabbitAcknowledge};
use crate::link::{BACKOFF, LONGEST_PAUSE, Link};

/// Messages that are available at once, without waiting for another task: what a worker loads together. Those that
/// are not taken are returned when the receiving end is dropped.
const AT_HAND: usize = 64;

/// The receiving end.
pub(crate) struct RabbitConsumer {
    messages: mpsc::Receiver<Received>,
}

impl RabbitConsumer {
    /// Starts to take, as soon as the broker can be reached.
    pub(crate) fn start(link: Arc<Link>, channel: Channel, lane: Lane, prefetch: u16) -> Self {
        let (sender, messages) = mpsc::channel(AT_HAND);
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
    let mut backoff = BACKOFF;
    while let Some(opened) = link.channel().await {
        let begun = Instant::now();
        let ended = consume(&link, &opened, &queue, prefetch, &sender).await;
        if sender.is_closed() || link.stop.is_cancelled() {
            return;
        }
        match ended {
            Ok(()) => link.outage.failed(&"the connection ended"),
            Err(error) => link.outage.failed(&format_args!("{queue}: {error}")),
        }
        link.lost();
        // A channel that the broker closes at once must not become a busy loop.
        if begun.elapsed() > LONGEST_PAUSE {
            backoff.reset();
        }
        tokio::select! {
            () = link.stop.cancelled() => return,
            () = sleep(backoff.pause()) => {}
        }
    }
}

/// Consumes until the channel fails or the receiver is gone.
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
            () = link.stop.cancelled() => return let_go(channel, deliveries).await,
            () = sender.closed() => return let_go(channel, deliveries).await,
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
        let acknowledge = RabbitAcknowledge::new(acker);
        match Message::from_bytes(&data) {
            Ok(message) => {
                let acknowledge = Box::new(acknowledge);
                // The receiver is gone: dropping the message returns it, and the rest too.
                let _ = sender
                    .send(Received {
                        message,
                        redelivered,
                        acknowledge,
                    })
                    .await;
            }
            Err(error) => {
                tracing::error!(queue, %error, "rejected a message that cannot be decoded; the broker dead-letters it");
                acknowledge.reject().await;
            }
        }
    }
}

/// Takes no more, and gives back what came and was not looked at.
///
/// The channel stays open for messages in progress: closing it would deliver them to another worker in the middle of
/// their calls.
async fn let_go(channel: &lapin::Channel, mut deliveries: lapin::Consumer) -> lapin::Result<()> {
    let cancel = channel.basic_cancel(deliveries.tag(), BasicCancelOptions::default());
    let Ok(cancelled) = timeout(PATIENCE, cancel).await else {
        return Ok(());
    };
    cancelled?;
    while let Some(Some(Ok(delivery))) = deliveries.next().now_or_never() {
        Box::new(RabbitAcknowledge::new(delivery.acker))
            .hand_back()
            .await;
    }
    Ok(())
}
