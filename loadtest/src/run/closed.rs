//! The closed loop: callers who send the next when the last is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::caller::{Answer, Caller};
use crate::cli::RunOptions;
use crate::clock::now_us;

/// As many callers as connections, for as long as was asked; each ends with the answer to its last.
pub(super) async fn send(options: &RunOptions, caller: &Arc<Caller>, notes: mpsc::Sender<Answer>) {
    let (until, next) = (
        Instant::now() + options.duration,
        Arc::new(AtomicU64::new(0)),
    );
    let mut callers = JoinSet::new();
    for _ in 0..options.connections {
        let (caller, next, notes) = (Arc::clone(caller), Arc::clone(&next), notes.clone());
        callers.spawn(async move {
            while Instant::now() < until {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let answer = caller.send(number, Instant::now(), now_us()).await;
                // The ledger can't be written; what is not noted proves nothing.
                if notes.send(answer).await.is_err() {
                    return;
                }
            }
        });
    }
    callers.join_all().await;
}
