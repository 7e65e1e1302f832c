//! How much stands in the outbox and in the queue at most: the rest of the topic waits as one row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::cluster::Installation;

const EVERY: Duration = Duration::from_millis(500);
const QUESTION: &str = "SELECT coalesce((SELECT sum(cardinality(notification_ids)) FROM outbox), 0)
    + coalesce((SELECT sum(size) FROM dispatch), 0)";

/// Watches until it is dropped.
pub(super) struct Backlog {
    most: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Backlog {
    pub(super) fn watch(installation: Installation) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&most);
        let task = tokio::spawn(async move {
            loop {
                let installation = installation.clone();
                let asked = tokio::task::spawn_blocking(move || installation.sql(QUESTION));
                if let Ok(Ok(answer)) = asked.await
                    && let Ok(now) = answer.parse()
                {
                    seen.fetch_max(now, Ordering::Relaxed);
                }
                sleep(EVERY).await;
            }
        });
        Self { most, task }
    }

    /// The most that was seen.
    pub(super) fn most(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Backlog {
    fn drop(&mut self) {
        self.task.abort();
    }
}
