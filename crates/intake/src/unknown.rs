//! If it is unknown whether a commit succeeded, queries for its rows, for as long as the caller is likely to wait.

use std::time::Duration;

use campanile_domain::Backoff;
use tokio::time::{Instant, sleep, timeout_at};

/// How long after its start the sender of a request gets the answer that its outcome is unknown.
const PATIENCE: Duration = Duration::from_millis(1_900);
/// For so long it is asked in any case.
const LEAST_PATIENCE: Duration = Duration::from_millis(500);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Asks until there is an answer; `None` if there is none in time.
pub(crate) async fn ask_after<T, F>(begun: Instant, mut question: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    let asking = async {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            sleep(backoff.pause()).await;
            if let Some(answer) = question().await {
                return answer;
            }
        }
    };
    let until = (begun + PATIENCE).max(Instant::now() + LEAST_PATIENCE);
    timeout_at(until, asking).await.ok()
}
