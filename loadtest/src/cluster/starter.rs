//! Starting the service's roles.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::child::{Child, once};
use crate::cli::Servers;

/// The service's binary.
pub(crate) fn binary(servers: &Servers, own: &Path) -> anyhow::Result<PathBuf> {
    let beside = || own.with_file_name("campanile");
    let path = servers.campanile.clone().unwrap_or_else(beside);
    ensure!(
        path.is_file(),
        "--campanile: there is no {}; build it with `cargo build --release`, or say where it is",
        path.display()
    );
    path.canonicalize().context("--campanile")
}

/// Runs commands of the service and starts its roles, all with the same settings.
pub(crate) struct Starter {
    pub(crate) binary: PathBuf,
    pub(crate) settings: Vec<(String, String)>,
    /// For logs.
    pub(crate) work: PathBuf,
}

impl Starter {
    /// Brings the schema up and makes the tenants; `default` is there already.
    pub(crate) fn migrate(&self, tenants: &[String]) -> anyhow::Result<()> {
        once(self.campanile(&["migrate"])).context("migrate")?;
        for tenant in tenants.iter().filter(|name| *name != "default") {
            once(self.campanile(&["tenant", "create", tenant])).context("tenant create")?;
        }
        Ok(())
    }

    /// Starts a role and waits until it is ready; its log is in `work`.
    pub(crate) async fn start(
        &self,
        role: &str,
        number: u32,
        arguments: &[&str],
    ) -> anyhow::Result<Child> {
        let mut command = self.campanile(&[role]);
        command.args(arguments).args(["--listen", "127.0.0.1:0"]);
        let log = self.work.join(format!("{role}-{number}.log"));
        Child::start(format!("{role} {number}"), command, &log).await
    }

    fn campanile(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear();
        // How much is logged, how many threads work and connections are kept may be chosen outside, all else is ours.
        for name in [
            "RUST_LOG",
            "TOKIO_WORKER_THREADS",
            "DATABASE_MAX_CONNECTIONS",
        ] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}
