//! The service's processes: an api and workers, or one `up`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};

use super::child::{Child, once};
use super::{Provider, Stage};
use crate::cli::Shape;
use crate::report::Costs;

/// Chosen outside; all other settings are ours.
const PASSED_ON: [&str; 4] = [
    "RUST_LOG",
    "CAMPANILE_SEAL_TEXTS",
    "TOKIO_WORKER_THREADS",
    "DATABASE_MAX_CONNECTIONS",
];

/// What runs of them, all with the same settings.
pub(crate) struct Roles {
    binary: PathBuf,
    settings: Vec<(String, String)>,
    /// For logs.
    work: PathBuf,
    apis: Vec<Child>,
    /// Of `up` the process itself.
    workers: Vec<Child>,
    worker_role: &'static str,
    worker_arguments: Vec<String>,
    /// What those used that were killed.
    killed: Costs,
}

impl Roles {
    /// Nothing runs yet.
    pub(crate) fn new(stage: &Stage, provider: Option<&Provider>) -> anyhow::Result<Self> {
        let mut settings = match &stage.installation {
            Some(installation) => installation.settings(),
            None => vec![("JWT_SECRET".to_owned(), stage.secret.clone())],
        };
        settings.extend(
            provider
                .into_iter()
                .flat_map(|provider| provider.settings.clone()),
        );
        let mut worker_arguments = Vec::new();
        if stage.shape == Shape::Up {
            let data = stage.work.join("data");
            let data = data.to_str().context("--out: not UTF-8")?;
            worker_arguments = vec!["--data-dir".to_owned(), data.to_owned()];
        }
        Ok(Self {
            binary: stage.binary.clone().context("the service runs elsewhere")?,
            settings,
            work: stage.work.clone(),
            apis: Vec::new(),
            workers: Vec::new(),
            worker_role: match stage.shape {
                Shape::Up => "up",
                Shape::Cluster | Shape::Elsewhere => "worker",
            },
            worker_arguments,
            killed: Costs::default(),
        })
    }

    /// Replaces a setting for the processes that start from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Brings the schema up and makes the tenants; `default` is there already.
    pub(crate) fn migrate(&self, tenants: &[String]) -> anyhow::Result<()> {
        once(self.campanile(&["migrate"])).context("migrate")?;
        for tenant in tenants.iter().filter(|name| *name != "default") {
            once(self.campanile(&["tenant", "create", tenant])).context("tenant create")?;
        }
        Ok(())
    }

    /// Starts so many API processes.
    pub(crate) async fn start_apis(&mut self, count: u32) -> anyhow::Result<()> {
        for number in 1..=count {
            self.apis.push(self.start("api", number, &[]).await?);
        }
        Ok(())
    }

    /// Starts so many workers, for one channel or for all.
    pub(crate) async fn start_workers(
        &mut self,
        count: u32,
        channel: Option<&str>,
    ) -> anyhow::Result<()> {
        if let Some(channel) = channel {
            self.worker_arguments = vec!["--channels".to_owned(), channel.to_owned()];
        }
        for number in 1..=count {
            self.workers.push(self.worker(number).await?);
        }
        Ok(())
    }

    /// Starts a cluster of one api and so many workers on an empty database, or one `up`.
    pub(crate) async fn start_all(
        &mut self,
        shape: Shape,
        workers: u32,
        channel: Option<&str>,
    ) -> anyhow::Result<()> {
        if shape == Shape::Up {
            return self.start_workers(1, None).await;
        }
        self.migrate(&[])?;
        self.start_apis(1).await?;
        self.start_workers(workers, channel).await
    }

    async fn worker(&self, number: u32) -> anyhow::Result<Child> {
        self.start(self.worker_role, number, &self.worker_arguments)
            .await
    }

    /// Where the API is.
    pub(crate) fn urls(&self) -> Vec<String> {
        let serving = if self.apis.is_empty() {
            &self.workers
        } else {
            &self.apis
        };
        serving.iter().map(|child| child.url().to_owned()).collect()
    }

    /// Its first address.
    pub(crate) fn url(&self) -> anyhow::Result<String> {
        self.urls().into_iter().next().context("no api")
    }

    /// The process that serves the API.
    pub(crate) fn api_pid(&self) -> anyhow::Result<u32> {
        let first = self.apis.first().or(self.workers.first());
        first.map(Child::pid).context("no api")
    }

    /// What all have used until now, those that were killed included.
    pub(crate) fn costs(&self) -> Costs {
        let children = self.apis.iter().chain(&self.workers);
        Costs::of(children.map(|child| (child.name(), child.pid()))).and(&self.killed)
    }

    /// Kills a worker with SIGKILL and starts it again.
    pub(crate) async fn kill_worker(&mut self, number: usize) -> anyhow::Result<()> {
        ensure!(!self.workers.is_empty(), "there is no worker to kill");
        let victim = number % self.workers.len();
        let child = self.workers.remove(victim);
        self.bury(child);
        let again = self.worker(u32::try_from(victim)? + 1).await?;
        self.workers.insert(victim, again);
        Ok(())
    }

    /// Kills the process that serves the API with SIGKILL and starts it again, at another address.
    pub(crate) async fn kill_api(&mut self) -> anyhow::Result<()> {
        if self.apis.is_empty() {
            return self.kill_worker(0).await;
        }
        let child = self.apis.remove(0);
        self.bury(child);
        let again = self.start("api", 1, &[]).await?;
        self.apis.insert(0, again);
        Ok(())
    }

    /// Kills a process, and keeps what it used.
    fn bury(&mut self, child: Child) {
        let used = Costs::of([(child.name(), child.pid())]);
        self.killed = std::mem::take(&mut self.killed).and(&used);
        // It is dead when this returns.
        drop(child);
    }

    /// Ends all, first those that take work on.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        for child in self.apis.into_iter().chain(self.workers) {
            child.stop().await?;
        }
        Ok(())
    }

    /// Starts a role and waits until it is ready; its log is in the folder of the run.
    async fn start(&self, role: &str, number: u32, arguments: &[String]) -> anyhow::Result<Child> {
        let mut command = self.campanile(&[role]);
        command.args(arguments).args(["--listen", "127.0.0.1:0"]);
        let log = self.work.join(format!("{role}-{number}.log"));
        Child::start(format!("{role} {number}"), command, &log).await
    }

    fn campanile(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear();
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}
