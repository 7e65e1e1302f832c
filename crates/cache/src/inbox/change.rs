//! The one way to change an inbox that is not an accept.

use std::sync::Arc;

use super::{InboxCache, Mailbox};

/// Runs a write to one inbox between a mark and its end, in a separate task, so that a caller who disconnects cannot
/// interrupt it between the commit and the raise.
///
/// # Panics
/// Goes on with the panic of `write`.
pub async fn change<T: Send + 'static>(
    cache: &Arc<dyn InboxCache>,
    whose: Mailbox,
    write: impl Future<Output = T> + Send + 'static,
) -> T {
    let cache = Arc::clone(cache);
    let written = tokio::spawn(async move {
        let mark = cache.begin(&whose).await;
        // Apart, so that a panic ends the mark too.
        let done = tokio::spawn(write).await;
        cache.end(&whose, mark).await;
        done
    });
    // Neither task is ever aborted, so only a panic can fail one.
    match written.await {
        Ok(Ok(done)) => done,
        Ok(Err(failed)) | Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
