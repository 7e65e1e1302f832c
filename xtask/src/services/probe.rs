//! Whether a broker that greets us still works, before the tests and while they run.
//!
//! RabbitMQ may accept connections long after it has stopped to confirm. Every test of the cluster would then wait for
//! all of its patience, and the run would say nothing about us.

use std::env;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Kind, Services};
use crate::command;

/// For one message's way through the broker, beside tests that use both cores.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two probes while tests run.
const PAUSE: Duration = Duration::from_secs(20);

/// Builds what [`broker`] calls.
pub fn build() -> Result<()> {
    // With the tests' own features, so that nothing is compiled twice.
    command::run(command::cargo().args(["build", "--workspace", "--examples"]))
}

/// Sends a message through the broker.
pub fn broker(url: &str) -> Result<()> {
    let program = env::current_exe()
        .context("cannot tell where this program is")?
        .with_file_name("examples")
        .join("probe_rabbitmq");
    let mut child = Command::new(&program)
        .arg(url)
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let begun = Instant::now();
    loop {
        match child.try_wait().context("cannot look after the probe")? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("the probe: {status}"),
            None if begun.elapsed() > PATIENCE => {
                child.kill().context("cannot stop the probe")?;
                child.wait().context("cannot stop the probe")?;
                bail!("no message came through it within {PATIENCE:?}");
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Probes the broker until it fails, which is the answer, or until `end` says that the tests are over.
pub fn watch(services: &Services, end: &Receiver<()>) -> Option<anyhow::Error> {
    let url = services.url(Kind::RabbitMq);
    while end.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = broker(url) {
            // What passed meanwhile has passed.
            let is_over = end.try_recv() == Err(TryRecvError::Disconnected);
            return (!is_over).then_some(error);
        }
    }
    None
}
