//! What the private instances have in common: a folder for their data, a free port, a start that is waited for and a
//! stop that is certain.

use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, Result, bail};

use super::{Kind, handshake};
use crate::command;

const START_PATIENCE: Duration = Duration::from_secs(120);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// The folder of one run's instances, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes `.services/<process id>`, or one among the temporary files where other users can't reach the checkout:
    /// Postgres refuses to run as root and runs as another.
    pub fn make() -> Result<Self> {
        let root = command::workspace_root();
        let reachable = root.ancestors().all(open_to_others);
        let parent = if reachable {
            root.join(".services")
        } else {
            env::temp_dir().join("campanile-services")
        };
        remove_stale(&parent);
        let folder = Self(parent.join(process::id().to_string()));
        folder.sub("")?;
        Ok(folder)
    }

    /// Makes a folder inside it.
    pub fn sub(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        fs::set_permissions(&path, Permissions::from_mode(0o755))
            .with_context(|| format!("cannot open {} to others", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("cannot remove {}: {error}", self.0.display());
        }
    }
}

fn open_to_others(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o001 != 0)
}

/// Removes what runs that were killed have left behind.
fn remove_stale(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let alive = Command::new("kill")
            .args(["-s", "0"])
            .arg(&name)
            .stderr(Stdio::null())
            .status();
        if alive.is_ok_and(|status| !status.success()) {
            // Another run may be at it too, and nothing depends on it.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A server that we started, stopped when dropped.
pub struct Server {
    child: Child,
    signal: &'static str,
    log: PathBuf,
}

impl Server {
    /// A call of `program` that ends with us even when we are killed, where the system can see to that.
    ///
    /// `signal` is what makes it stop in good order.
    pub fn call(program: &Path, signal: &str) -> Command {
        match command::find("setpriv") {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", signal]).arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// Starts `command` with its output in `log`; `signal` as in [`Server::call`].
    pub fn start(command: &mut Command, log: PathBuf, signal: &'static str) -> Result<Self> {
        let output =
            File::create(&log).with_context(|| format!("cannot make {}", log.display()))?;
        let errors = output.try_clone().context("cannot share a log file")?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child, signal, log })
    }

    /// Waits until it answers at `url`.
    ///
    /// # Errors
    /// With its log, when it ends instead or takes too long.
    pub fn wait(&mut self, kind: Kind, url: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let Err(reason) = handshake::check(kind, url) else {
                return Ok(());
            };
            let ended = self
                .child
                .try_wait()
                .context("cannot look after a server")?;
            if ended.is_some() || begun.elapsed() > START_PATIENCE {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                bail!("it does not come up ({ended:?}): {reason:#}\n{log}");
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn stop(&mut self) -> io::Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-s", self.signal, &id])
            .status()?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > STOP_PATIENCE {
                self.child.kill()?;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!("cannot stop process {}: {error}", self.child.id());
        }
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot find a free port")?;
    Ok(listener
        .local_addr()
        .context("cannot read the free port")?
        .port())
}
