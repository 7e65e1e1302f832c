//! How many searches run at once in this process.
//!
//! Each opens up to 16 MiB and holds a connection meanwhile: a few of them may do so, not as many as
//! there are callers, or nobody else would be answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::problem::{Problem, ProblemCode};

/// At once. One keeps a core busy; the database's pool has several times as many connections.
const AT_ONCE: usize = 4;
/// A search waits so long for others before its caller is told to come later.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The searches of this process; cheap to clone.
#[derive(Clone)]
pub(crate) struct Searches(Arc<Semaphore>);

impl Default for Searches {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Searches {
    /// Room for one search, for as long as the answer is held.
    pub(crate) async fn room(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let room = timeout(LONGEST_WAIT, Arc::clone(&self.0).acquire_owned()).await;
        room.ok().and_then(Result::ok).ok_or_else(|| {
            Problem::new(ProblemCode::Overloaded, "too many searches at once")
                .retry_after(Duration::from_secs(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_too_many_waits_and_is_then_sent_away() {
        let searches = Searches::default();
        let mut running = Vec::new();
        for _ in 0..AT_ONCE {
            running.push(searches.room().await.expect("room"));
        }
        assert!(searches.room().await.is_err());
        let (room, ()) = tokio::join!(searches.room(), async { drop(running.pop()) });
        assert!(room.is_ok());
    }
}
