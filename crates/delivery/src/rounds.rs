//! A task that works in turns, with a pause between them.

use std::time::Duration;

use campanile_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::trouble::Trouble;

/// Runs `turn` again and again until the stop signal. It may be dropped between any two of its transactions.
pub(crate) async fn rounds<Turn>(
    every: Duration,
    trouble: &'static Trouble,
    stop: &CancellationToken,
    mut turn: impl FnMut() -> Turn,
) where
    Turn: Future<Output = Result<(), StorageError>>,
{
    loop {
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = turn() => outcome,
        };
        let _ = trouble.note(outcome);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}
