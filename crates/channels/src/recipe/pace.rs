//! Keeps an account to the rate of its service.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Calls of one account, evenly spread. Each process keeps its own pace; what several of them send together is bounded by
/// the service, whose 429 slows the account. Nothing waits longer than the calls in flight before it.
pub(super) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn of(calls_per_second: f64) -> Self {
        Self {
            interval: Duration::from_secs_f64(1.0 / calls_per_second),
            next: Mutex::default(),
        }
    }

    /// Waits until the next call may be made.
    pub(super) async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let at = next.map_or(now, |next| next.max(now));
            *next = Some(at + self.interval);
            at
        };
        sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_spread_evenly() {
        let pace = Pace::of(4.0);
        let begin = Instant::now();
        for _ in 0..9 {
            pace.turn().await;
        }
        assert_eq!(begin.elapsed(), Duration::from_secs(2));
        tokio::time::advance(Duration::from_secs(60)).await;
        let later = Instant::now();
        pace.turn().await;
        pace.turn().await;
        assert_eq!(later.elapsed(), Duration::from_millis(250));
    }
}
