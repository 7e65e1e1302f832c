//! Sends at a fixed rate, each to the next user.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use uuid::Uuid;

use crate::clock::now_us;
use crate::pace::{Pace, requests};
use crate::report::Answers;

/// Sends under way at once, at most.
const AT_ONCE: usize = 256;

/// A notification that was accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct One {
    pub(super) user: u32,
    pub(super) id: Uuid,
    pub(super) called_us: u64,
    pub(super) answered_us: u64,
}

/// Who sends.
pub(super) trait Sender: Clone + Send + Sync + 'static {
    /// Sends one notification to a user; gives its id, or why not.
    fn send(&self, number: u64, user: u32) -> impl Future<Output = Result<Uuid, String>> + Send;
}

/// What was sent.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<Mutex<(Vec<One>, Answers)>>);

impl Sent {
    /// Sends at this rate for so long, to users who are far from each other in turn; returns when the last is answered.
    pub(super) async fn at_rate(
        &self,
        sender: impl Sender,
        rate: u32,
        duration: Duration,
        users: u32,
    ) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let pace = Pace {
            begun: Instant::now(),
            rate,
            total: requests(duration, rate),
            places: Arc::clone(&places),
        };
        let sent = self.clone();
        pace.keep(move |turn| {
            let (sent, sender) = (sent.clone(), sender.clone());
            let user = (turn.number * 7_919 % u64::from(users)) as u32;
            Some(async move {
                let called_us = now_us();
                let result = sender.send(turn.number, user).await;
                let answered_us = now_us();
                let mut sent = sent.lock();
                if let Ok(id) = result {
                    sent.0.push(One {
                        user,
                        id,
                        called_us,
                        answered_us,
                    });
                }
                sent.1.add(turn.due.elapsed(), result.map(drop));
                drop(turn.place);
            })
        })
        .await;
        // All places are free when the last is answered.
        let _ = places.acquire_many(AT_ONCE as u32).await;
    }

    /// Those that were accepted.
    pub(super) fn all(&self) -> Vec<One> {
        self.lock().0.clone()
    }

    /// How the calls were answered, from their due time.
    pub(super) fn answers(&self) -> Answers {
        self.lock().1.clone()
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<One>, Answers)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
