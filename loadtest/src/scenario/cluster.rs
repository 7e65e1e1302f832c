//! The service itself: migrated, its tenants made, its roles started.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::child::{Child, once};
use crate::cli::ScenarioOptions;

/// The running roles.
pub(super) struct Cluster {
    pub(super) apis: Vec<Child>,
    pub(super) workers: Vec<Child>,
}

/// The service's binary.
pub(super) fn binary(options: &ScenarioOptions, own: &Path) -> anyhow::Result<PathBuf> {
    let beside = || own.with_file_name("campanile");
    let path = options.campanile.clone().unwrap_or_else(beside);
    ensure!(
        path.is_file(),
        "--campanile: there is no {}; build it with `cargo build --release`, or say where it is",
        path.display()
    );
    path.canonicalize().context("--campanile")
}

impl Cluster {
    /// Starts all roles on an empty database; their logs are in `work`.
    pub(super) async fn start(
        binary: &Path,
        options: &ScenarioOptions,
        tenants: &[String],
        settings: &[(String, String)],
        work: &Path,
    ) -> anyhow::Result<Self> {
        let campanile = |arguments: &[&str]| {
            let mut command = Command::new(binary);
            command.args(arguments).env_clear();
            // How much is logged may be chosen outside, all else is ours.
            if let Some(filter) = std::env::var_os("RUST_LOG") {
                command.env("RUST_LOG", filter);
            }
            command.envs(settings.iter().map(|(name, value)| (name, value)));
            command
        };
        once(campanile(&["migrate"])).context("migrate")?;
        for tenant in tenants.iter().filter(|name| *name != "default") {
            once(campanile(&["tenant", "create", tenant])).context("tenant create")?;
        }
        let mut cluster = Self {
            apis: Vec::new(),
            workers: Vec::new(),
        };
        let channel = options.channel.channel().name();
        let roles = [
            (options.api_count, "api", &["api"][..]),
            (
                options.worker_count,
                "worker",
                &["worker", "--channels", channel],
            ),
        ];
        for (count, role, arguments) in roles {
            for number in 1..=count {
                let mut command = campanile(arguments);
                command.args(["--listen", "127.0.0.1:0"]);
                let name = format!("{role} {number}");
                let log = work.join(format!("{role}-{number}.log"));
                let child = Child::start(name, command, &log).await?;
                match role {
                    "api" => cluster.apis.push(child),
                    _ => cluster.workers.push(child),
                }
            }
        }
        Ok(cluster)
    }

    /// Where the API is.
    pub(super) fn urls(&self) -> Vec<String> {
        self.apis.iter().map(|api| api.url().to_owned()).collect()
    }

    /// All its processes.
    pub(super) fn processes(&self) -> impl Iterator<Item = &Child> {
        self.apis.iter().chain(&self.workers)
    }

    /// Ends all, first those that take work on.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        for child in self.apis.into_iter().chain(self.workers) {
            child.stop().await?;
        }
        Ok(())
    }
}
