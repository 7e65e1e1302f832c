//! Whatever happens to a run, servers are left as they were.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

use super::Installation;

/// An empty folder for ledgers and logs; what a run before this one left there would be joined too.
pub(crate) fn work_folder(out: &Path) -> anyhow::Result<PathBuf> {
    let work = out.join("work");
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).with_context(|| format!("--out: {}", work.display()))?;
    Ok(work)
}

/// Plays to the end or to a Ctrl-C, then removes the installation, if there is one of its own.
pub(crate) async fn guarded<T: Send + 'static>(
    installation: Option<&Installation>,
    tell: fn(&str),
    play: impl Future<Output = anyhow::Result<T>> + Send + 'static,
) -> anyhow::Result<T> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // A task of its own, so that a panic in it ends here, and what it started is dropped.
    let mut playing = tokio::spawn(play);
    let played = tokio::select! {
        played = &mut playing => Some(played),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    if played.is_none() {
        tell("stopping: ends the processes and clears up");
        playing.abort();
        // Its processes are gone when it is.
        let _ = (&mut playing).await;
    }
    let removed = match installation {
        Some(installation) => installation.remove().await,
        None => Ok(()),
    };
    let Some(played) = played else {
        removed?;
        bail!("stopped before the end");
    };
    let result = played.context("the run broke")??;
    removed?;
    Ok(result)
}
