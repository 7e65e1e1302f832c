//! The one way to change an inbox that is not an accept.

use std::sync::Arc;

use super::{InboxCache, Mailbox};

/// Runs a write to one inbox between a mark and its end, in a task of its own: a caller that hangs
/// up cannot come between the commit and the raise.
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
    // Nobody aborts either task, so all that can fail one is a panic.
    match written.await {
        Ok(Ok(done)) => done,
        Ok(Err(failed)) | Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
