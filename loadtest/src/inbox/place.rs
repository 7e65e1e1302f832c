//! The cluster that is loaded: one of our own, or one that runs.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::outage::Wire;
use crate::cli::InboxOptions;
use crate::cluster::{Child, Installation, Starter, binary};
use crate::population::tenant_names;

/// Where the API is, and what is ours of it.
#[derive(Default)]
pub(super) struct Place {
    pub(super) urls: Vec<String>,
    apis: Vec<Child>,
    workers: Vec<Child>,
    /// Between the API processes and Redis.
    pub(super) wire: Option<Wire>,
}

impl Place {
    /// Takes what runs.
    pub(super) fn elsewhere(urls: &[String]) -> Self {
        Self {
            urls: urls.to_vec(),
            ..Self::default()
        }
    }

    /// Migrates an empty database; `fill` comes before the first process is started.
    pub(super) fn migrated(
        options: &InboxOptions,
        installation: &Installation,
        work: &Path,
    ) -> anyhow::Result<Starter> {
        let own = std::env::current_exe().context("where am I?")?;
        let starter = Starter {
            binary: binary(&options.servers, &own)?,
            settings: installation.settings(),
            work: PathBuf::from(work),
        };
        starter.migrate(&tenant_names(options.tenants))?;
        Ok(starter)
    }

    /// Starts the roles.
    pub(super) async fn start(
        options: &InboxOptions,
        mut starter: Starter,
    ) -> anyhow::Result<Self> {
        let mut place = Self::default();
        for number in 1..=options.worker_count {
            place
                .workers
                .push(starter.start("worker", number, &[]).await?);
        }
        if options.redis_outages > 0 {
            let wire = Wire::to(&options.servers.redis_url).await?;
            for (_, value) in starter
                .settings
                .iter_mut()
                .filter(|(name, _)| name == "REDIS_URL")
            {
                *value = wire.url().to_owned();
            }
            place.wire = Some(wire);
        }
        for number in 1..=options.api_count {
            let api = starter.start("api", number, &[]).await?;
            place.urls.push(api.url().to_owned());
            place.apis.push(api);
        }
        Ok(place)
    }

    /// The processes that are ours.
    pub(super) fn processes(&self) -> impl Iterator<Item = &Child> {
        self.apis.iter().chain(&self.workers)
    }

    /// Ends them, first those that take work on.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        for child in self.apis.into_iter().chain(self.workers) {
            child.stop().await?;
        }
        Ok(())
    }
}
