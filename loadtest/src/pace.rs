//! Requests that begin when they are due, whatever becomes of those before.
//!
//! The runtime's timers count whole milliseconds and end one or two late, which would be reported as
//! latency of the service. A thread that sleeps is late by some 50 µs.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

/// How many, how fast, and how many at once.
#[derive(Clone)]
pub(crate) struct Pace {
    pub(crate) begun: Instant,
    /// Requests a second.
    pub(crate) rate: u32,
    pub(crate) total: u64,
    /// Requests under way take one each; several paces may share them.
    pub(crate) places: Arc<Semaphore>,
}

/// A request that is due.
pub(crate) struct Turn {
    pub(crate) number: u64,
    pub(crate) due: Instant,
    /// To be dropped when it is answered.
    pub(crate) place: OwnedSemaphorePermit,
}

impl Pace {
    /// Starts each request when it is due, until `request` gives none. One that finds no place waits
    /// here, and so do those behind it; all of them grow old from the moment they were due.
    pub(crate) async fn keep<R>(self, request: impl FnMut(Turn) -> Option<R> + Send + 'static)
    where
        R: Future<Output = ()> + Send + 'static,
    {
        // The other end stays here: a caller that waits no longer ends the thread with it.
        let (_waiting, gone) = channel();
        let keeping = spawn_blocking(move || self.keep_blocking(&gone, request)).await;
        if let Err(error) = keeping
            && let Ok(panic) = error.try_into_panic()
        {
            resume_unwind(panic);
        }
    }

    fn keep_blocking<R>(self, gone: &Receiver<()>, mut request: impl FnMut(Turn) -> Option<R>)
    where
        R: Future<Output = ()> + Send + 'static,
    {
        let runtime = Handle::current();
        for number in 0..self.total {
            let due = self.begun + self.after(number);
            let wait = due.saturating_duration_since(Instant::now());
            if gone.recv_timeout(wait) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
            let Ok(place) = runtime.block_on(Arc::clone(&self.places).acquire_owned()) else {
                return;
            };
            let Some(request) = request(Turn { number, due, place }) else {
                return;
            };
            runtime.spawn(request);
        }
    }

    /// When a request is due, from the beginning.
    fn after(&self, number: u64) -> Duration {
        Duration::from_secs_f64(number as f64 / f64::from(self.rate))
    }
}

/// How many requests come to so long at this rate.
pub(crate) fn requests(duration: Duration, rate: u32) -> u64 {
    (duration.as_secs_f64() * f64::from(rate)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    fn pace(rate: u32, total: u64, places: usize) -> Pace {
        Pace {
            begun: Instant::now(),
            rate,
            total,
            places: Arc::new(Semaphore::new(places)),
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn each_is_begun_in_order_and_none_before_it_is_due() {
        let pace = pace(1_000, 50, 50);
        let begun = pace.begun;
        let (sender, mut turns) = mpsc::unbounded_channel();
        pace.keep(move |turn| {
            let _ = sender.send((turn.number, turn.due, Instant::now()));
            Some(async move { drop(turn.place) })
        })
        .await;
        for number in 0..50 {
            let (came, due, at) = turns.recv().await.expect("fifty turns");
            assert_eq!(came, number);
            assert_eq!(due, begun + Duration::from_millis(number));
            assert!(at >= due, "turn {number} was early");
        }
        assert!(turns.recv().await.is_none(), "more turns than asked for");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn who_finds_no_place_waits_for_one_and_is_as_old_as_it_is() {
        let pace = pace(1_000, 3, 1);
        let begun = pace.begun;
        let (sender, mut turns) = mpsc::unbounded_channel();
        let keeping = tokio::spawn(pace.keep(move |turn| {
            let _ = sender.send(turn);
            Some(async {})
        }));
        for number in 0..3 {
            let turn = turns.recv().await.expect("a turn");
            assert_eq!(turn.due, begun + Duration::from_millis(number));
            assert!(turns.try_recv().is_err(), "two in one place");
            drop(turn.place);
        }
        keeping.await.expect("the pace ends");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn who_waits_no_longer_ends_it() {
        let pace = pace(1, 3_600, 1);
        let (sender, mut turns) = mpsc::unbounded_channel();
        let keeping = tokio::spawn(pace.keep(move |turn| {
            let _ = sender.send(turn.number);
            Some(async move { drop(turn.place) })
        }));
        assert_eq!(turns.recv().await, Some(0));
        keeping.abort();
        // The closure goes with the thread.
        while turns.recv().await.is_some() {}
    }
}
