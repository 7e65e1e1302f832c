//! An experiment from beginning to end: whatever happens, servers are left as they were.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use tokio::signal::unix::{SignalKind, signal};

use super::Installation;
use crate::cli::{Servers, Shape};
use crate::clock::unique;
use crate::report::Report;
use crate::token::Signer;

/// Says how far it is.
pub(crate) type Tell = fn(&str);

/// All that is known before the first process starts.
pub(crate) struct Stage {
    /// This program, which is the fake provider as well.
    pub(crate) own: PathBuf,
    /// The service's, unless it runs elsewhere.
    pub(super) binary: Option<PathBuf>,
    /// For ledgers and logs.
    pub(crate) work: PathBuf,
    pub(crate) shape: Shape,
    pub(crate) installation: Option<Installation>,
    /// The shared secret of the service's tokens.
    pub(crate) secret: String,
    pub(crate) tell: Tell,
}

impl Stage {
    /// Signs as the services, users and operators of the installation.
    pub(crate) fn signer(&self) -> anyhow::Result<Signer> {
        Signer::new(&self.secret)
    }

    /// Says how far it is.
    pub(crate) fn tell(&self, line: &str) {
        (self.tell)(line);
    }
}

/// Plays to the end or to a Ctrl-C, writes the reports, and removes what it made.
pub(crate) async fn experiment<P>(
    servers: &Servers,
    (shape, secret): (Shape, Option<&str>),
    out: &Path,
    tell: Tell,
    play: impl FnOnce(Stage) -> P,
) -> anyhow::Result<Report>
where
    P: Future<Output = anyhow::Result<Report>> + Send + 'static,
{
    let own = std::env::current_exe().context("where am I?")?;
    let (mut binary, mut installation) = (None, None);
    if shape != Shape::Elsewhere {
        binary = Some(service(servers, &own)?);
    }
    let work = work_folder(out)?;
    if shape == Shape::Cluster {
        let made = Installation::create(servers)?;
        tell(&format!("database, exchanges and queues: {}", made.name()));
        installation = Some(made);
    }
    let secret = match (&installation, secret) {
        (Some(installation), _) => installation.jwt_secret().to_owned(),
        (None, Some(secret)) => secret.to_owned(),
        (None, None) => unique().simple().to_string(),
    };
    let stage = Stage {
        own,
        binary,
        work: work.clone(),
        shape,
        installation: installation.clone(),
        secret,
        tell,
    };
    let report = guarded(installation.as_ref(), tell, play(stage)).await?;
    report.write(out)?;
    if report.missed().is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}

/// The service's binary.
fn service(servers: &Servers, own: &Path) -> anyhow::Result<PathBuf> {
    let beside = || own.with_file_name("campanile");
    let path = servers.campanile.clone().unwrap_or_else(beside);
    ensure!(
        path.is_file(),
        "--campanile: there is no {}; build it with `cargo build --release`, or say where it is",
        path.display()
    );
    path.canonicalize().context("--campanile")
}

/// An empty folder; what a run before this one left there would be joined too.
fn work_folder(out: &Path) -> anyhow::Result<PathBuf> {
    let work = out.join("work");
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).with_context(|| format!("--out: {}", work.display()))?;
    Ok(work)
}

async fn guarded<T: Send + 'static>(
    installation: Option<&Installation>,
    tell: Tell,
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
