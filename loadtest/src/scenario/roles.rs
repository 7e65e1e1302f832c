//! The service itself: migrated, its tenants made, its roles started.

use anyhow::Context;

use super::accounts;
use super::play::Stage;
use super::provider::Provider;
use crate::cluster::{Child, Starter};
use crate::population::tenant_names;

/// The running roles.
pub(super) struct Cluster {
    pub(super) apis: Vec<Child>,
    pub(super) workers: Vec<Child>,
}

impl Cluster {
    /// Starts all roles on an empty database; their logs are in `work`. The tenants have their
    /// accounts before the first worker asks for them.
    pub(super) async fn start(stage: &Stage, provider: &Provider) -> anyhow::Result<Self> {
        let options = &stage.options;
        let mut settings = stage.installation.settings();
        settings.extend(provider.settings.iter().cloned());
        let starter = Starter {
            binary: stage.binary.clone(),
            settings,
            work: stage.work.clone(),
        };
        let mut tenants = tenant_names(options.tenants);
        starter.migrate(&tenants)?;
        tenants.retain(|name| name != "default");
        let (mut apis, mut workers) = (Vec::new(), Vec::new());
        for number in 1..=options.api_count {
            apis.push(starter.start("api", number, &[]).await?);
        }
        let url = apis.first().context("no api")?.url();
        accounts::set(url, &stage.signer()?, &tenants, &provider.account).await?;
        let channel = options.channel.channel().name();
        for number in 1..=options.worker_count {
            let arguments = ["--channels", channel];
            workers.push(starter.start("worker", number, &arguments).await?);
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
