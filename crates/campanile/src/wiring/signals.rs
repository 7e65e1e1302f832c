//! SIGTERM and SIGINT mean: stop taking, finish, hand back, exit.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

/// Listens from now on; what it gives ends when the process is told to stop.
///
/// Called before a role says that it is ready: whoever reads that may stop it at once.
///
/// # Errors
/// Where the operating system gives no signal handlers.
pub(crate) fn listen() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("no handler for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("no handler for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
        }
    })
}
