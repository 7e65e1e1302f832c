//! The service itself: migrated, its tenants made, its roles started.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::accounts;
use super::child::{Child, once};
use super::play::Stage;
use super::provider::Provider;
use crate::cli::ScenarioOptions;
use crate::population::tenant_names;

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
    /// Starts all roles on an empty database; their logs are in `work`. The tenants have their
    /// accounts before the first worker asks for them.
    pub(super) async fn start(stage: &Stage, provider: &Provider) -> anyhow::Result<Self> {
        let options = &stage.options;
        let mut settings = stage.installation.settings();
        settings.extend(provider.settings.iter().cloned());
        let campanile = |arguments: &[&str]| {
            let mut command = Command::new(&stage.binary);
            command.args(arguments).env_clear();
            // How much is logged may be chosen outside, all else is ours.
            if let Some(filter) = std::env::var_os("RUST_LOG") {
                command.env("RUST_LOG", filter);
            }
            command.envs(settings.iter().map(|(name, value)| (name, value)));
            command
        };
        once(campanile(&["migrate"])).context("migrate")?;
        let mut tenants = tenant_names(options.tenants);
        tenants.retain(|name| name != "default");
        for tenant in &tenants {
            once(campanile(&["tenant", "create", tenant])).context("tenant create")?;
        }
        let start = async |role: &str, number: u32, arguments: &[&str]| {
            let mut command = campanile(arguments);
            command.args(["--listen", "127.0.0.1:0"]);
            let log = stage.work.join(format!("{role}-{number}.log"));
            Child::start(format!("{role} {number}"), command, &log).await
        };
        let (mut apis, mut workers) = (Vec::new(), Vec::new());
        for number in 1..=options.api_count {
            apis.push(start("api", number, &["api"]).await?);
        }
        let url = apis.first().context("no api")?.url();
        accounts::set(url, &stage.signer()?, &tenants, &provider.account).await?;
        let channel = options.channel.channel().name();
        for number in 1..=options.worker_count {
            let arguments = ["worker", "--channels", channel];
            workers.push(start("worker", number, &arguments).await?);
        }
        Ok(Self { apis, workers })
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
