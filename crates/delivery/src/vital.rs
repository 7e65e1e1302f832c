//! Tasks that everything needs: when one panics, the process is to end and be started again.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

/// Runs a task, and says so if it panics.
pub(crate) async fn vital(
    name: &'static str,
    failed: CancellationToken,
    task: impl Future<Output = ()>,
) {
    if AssertUnwindSafe(task).catch_unwind().await.is_err() {
        tracing::error!(
            task = name,
            "an essential task has panicked; the process exits"
        );
        failed.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_panic_is_a_failure() {
        let failed = CancellationToken::new();
        vital("quiet", failed.clone(), async {}).await;
        assert!(!failed.is_cancelled());
        vital("loud", failed.clone(), async { panic!("on purpose") }).await;
        assert!(failed.is_cancelled());
    }
}
