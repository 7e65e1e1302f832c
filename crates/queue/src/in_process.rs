//! The message queue of a single process: bounded channels, one per channel and lane.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{Channel, Lane};
use tokio::sync::{Semaphore, mpsc};

use crate::{
    Acknowledge, Consumer, DeadMessage, Message, PublishOutcome, Queue, QueueError, QueueHealth,
    Received,
};

/// More messages than this wait in their rows instead.
const CAPACITY: usize = 1_024;

type Key = (Channel, Lane);
type Ends = (mpsc::Sender<Bell>, Option<mpsc::Receiver<Bell>>);

struct Bell {
    message: Message,
    redelivered: bool,
}

/// The message queue of a single process. What it loses in a crash is still in the rows.
#[derive(Default)]
pub struct InProcessQueue {
    lanes: Mutex<HashMap<Key, Ends>>,
}

impl InProcessQueue {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, key: Key, act: impl FnOnce(&mut Ends) -> T) -> T {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        act(lanes.entry(key).or_insert_with(|| {
            let (sender, receiver) = mpsc::channel(CAPACITY);
            (sender, Some(receiver))
        }))
    }
}

#[async_trait]
impl Queue for InProcessQueue {
    async fn publish(&self, messages: &[Message]) -> Vec<PublishOutcome> {
        messages
            .iter()
            .map(|message| {
                let bell = Bell {
                    message: message.clone(),
                    redelivered: false,
                };
                let key = (message.channel, message.lane);
                match self.with(key, |(sender, _)| sender.try_send(bell)) {
                    Ok(()) => PublishOutcome::Confirmed,
                    Err(_full_or_closed) => PublishOutcome::Unconfirmed,
                }
            })
            .collect()
    }

    async fn consume(
        &self,
        channel: Channel,
        lane: Lane,
        prefetch: u16,
    ) -> Result<Box<dyn Consumer>, QueueError> {
        let (back, receiver) = self.with((channel, lane), |(sender, receiver)| {
            (sender.downgrade(), receiver.take())
        });
        let receiver = receiver.ok_or_else(|| {
            QueueError(format!(
                "{channel}.{} already has its consumer",
                lane.name()
            ))
        })?;
        let permits = Arc::new(Semaphore::new(usize::from(prefetch)));
        Ok(Box::new(InProcessConsumer {
            receiver,
            back,
            permits,
        }))
    }

    /// What cannot be read here was never published here.
    async fn take_dead(&self, _limit: usize) -> Result<Vec<DeadMessage>, QueueError> {
        Ok(Vec::new())
    }

    async fn health(&self) -> QueueHealth {
        QueueHealth {
            up: true,
            detail: "in process".into(),
        }
    }

    async fn close(&self) {
        self.lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

struct InProcessConsumer {
    receiver: mpsc::Receiver<Bell>,
    back: mpsc::WeakSender<Bell>,
    permits: Arc<Semaphore>,
}

#[async_trait]
impl Consumer for InProcessConsumer {
    async fn next(&mut self) -> Option<Received> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        let Bell {
            message,
            redelivered,
        } = self.receiver.recv().await?;
        let acknowledge = InHand {
            message: Some(message.clone()),
            back: self.back.clone(),
            _hand: permit,
        };
        Some(Received {
            message,
            redelivered,
            acknowledge: Box::new(acknowledge),
        })
    }
}

struct InHand {
    message: Option<Message>,
    back: mpsc::WeakSender<Bell>,
    _hand: tokio::sync::OwnedSemaphorePermit,
}

#[async_trait]
impl Acknowledge for InHand {
    fn is_ours(&self) -> bool {
        true
    }

    async fn done(mut self: Box<Self>) {
        self.message = None;
    }

    async fn hand_back(self: Box<Self>) {}
}

impl Drop for InHand {
    /// A message that was not processed is delivered again, unless the queue is closed or full; then its dispatch is
    /// published again later.
    fn drop(&mut self) {
        if let (Some(message), Some(back)) = (self.message.take(), self.back.upgrade()) {
            let _ = back.try_send(Bell {
                message,
                redelivered: true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passes_the_contract() {
        crate::contract::all(|| async { Arc::new(InProcessQueue::new()) as Arc<dyn Queue> }).await;
    }
}
