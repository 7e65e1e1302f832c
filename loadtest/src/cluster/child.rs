//! A process of ours: started, waited for, ended.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

/// Longer than any start takes.
const START_WITHIN: Duration = Duration::from_secs(60);
/// Longer than any drain takes.
const END_WITHIN: Duration = Duration::from_secs(60);
/// What a role, or a sink, says when it is up; its address follows.
const READY: [&str; 2] = ["ready on ", "listening on "];

/// A running process; killed when it is dropped.
pub(crate) struct Child {
    child: std::process::Child,
    name: String,
    url: String,
}

impl Child {
    /// Starts it and waits until it says where it listens. Its log goes into a file.
    pub(crate) async fn start(
        name: String,
        mut command: Command,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let log_file = File::create(log).with_context(|| log.display().to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            // A Ctrl-C is ours: we end the processes, in the right order.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut started = Self {
            child,
            name,
            url: String::new(),
        };
        let output = started.child.stdout.take().context("it has no output")?;
        let (ready, is_ready) = oneshot::channel();
        // To the end, for a full pipe would stop it.
        std::thread::spawn(move || {
            let mut ready = Some(ready);
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let url = READY.iter().find_map(|words| line.strip_prefix(words));
                if let (Some(url), Some(ready)) = (url, ready.take_if(|_| url.is_some())) {
                    let _ = ready.send(url.trim().to_owned());
                }
            }
        });
        match timeout(START_WITHIN, is_ready).await {
            Ok(Ok(url)) => started.url = url,
            _ => bail!("{} did not start: see {}", started.name, log.display()),
        }
        Ok(started)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) -> anyhow::Result<()> {
        let kill = format!("kill -{name} {}", self.pid());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        sent.map(drop)
            .with_context(|| format!("cannot send SIG{name}"))
    }

    /// SIGTERM, and waits for the end.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.signal("TERM")?;
        let until = Instant::now() + END_WITHIN;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("{} ended with {status}", self.name);
                }
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("{} did not end within {END_WITHIN:?}", self.name)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command to its end; what it says is the error.
pub(crate) fn once(mut command: Command) -> anyhow::Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{program}: {}: {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
