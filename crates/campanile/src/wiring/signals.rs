//! On SIGTERM and SIGINT the process takes no more work, finishes its calls, returns messages to the queue, and exits.
//!
//! A process whose tasks have failed logs it and exits at once: its work is in the database, and its supervisor
//! restarts it.

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

/// Listens from now on; the returned future ends at the stop signal.
///
/// Called before a role prints that it is ready: a script that reads that may stop it at once.
///
/// # Errors
/// Where the operating system gives no signal handlers.
pub(crate) fn listen() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate =
        signal(SignalKind::terminate()).context("cannot install a handler for SIGTERM")?;
    let mut interrupt =
        signal(SignalKind::interrupt()).context("cannot install a handler for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
        }
    })
}

/// Waits for the stop signal.
///
/// # Errors
/// If it is no use any more before that.
pub(crate) async fn wait(
    stop_signal: impl Future<Output = ()>,
    failed: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    tokio::select! {
        () = stop_signal => Ok(()),
        () = failed => bail!("an essential task has failed; see the log for its name"),
    }
}
