//! What is started: a cluster, or one process; and the one of it that is killed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;

use crate::cli::{Shape, TopicOptions};
use crate::cluster::{Child, Installation, Starter};
use crate::process::{line, read, times};

/// What a process cost, all its lives together.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(super) struct Used {
    /// The most that was ever resident, in KiB.
    pub(super) peak_kib: u64,
    pub(super) cpu_us: u64,
}

/// The running processes.
pub(super) struct Place {
    starter: Starter,
    data: PathBuf,
    shape: Shape,
    api: Option<Child>,
    /// Of `up` the process itself.
    workers: Vec<Child>,
    /// Of those that were killed.
    spent: BTreeMap<String, Used>,
}

impl Place {
    pub(super) async fn start(
        options: &TopicOptions,
        installation: Option<&Installation>,
        starter: Starter,
    ) -> anyhow::Result<Self> {
        let mut place = Self {
            data: starter.work.join("data"),
            starter,
            shape: options.shape,
            api: None,
            workers: Vec::new(),
            spent: BTreeMap::new(),
        };
        if installation.is_some() {
            place.starter.migrate(&[])?;
            place.api = Some(place.starter.start("api", 1, &[]).await?);
        }
        let workers = match options.shape {
            Shape::Cluster => options.worker_count,
            Shape::Up => 1,
        };
        for number in 1..=workers {
            let worker = place.worker(number).await?;
            place.workers.push(worker);
        }
        Ok(place)
    }

    async fn worker(&self, number: u32) -> anyhow::Result<Child> {
        match self.shape {
            Shape::Cluster => {
                let arguments = ["--channels", "push"];
                self.starter.start("worker", number, &arguments).await
            }
            Shape::Up => {
                let data = self.data.to_str().context("--out: not UTF-8")?;
                self.starter
                    .start("up", number, &["--data-dir", data])
                    .await
            }
        }
    }

    /// Where the API is.
    pub(super) fn url(&self) -> anyhow::Result<&str> {
        let child = self.api.as_ref().or(self.workers.first());
        child.map(Child::url).context("no api")
    }

    /// Kills a worker and starts it again.
    pub(super) async fn kill(&mut self, number: u32) -> anyhow::Result<()> {
        let victim = number as usize % self.workers.len();
        let child = self.workers.remove(victim);
        let used = used(&child)?;
        let spent = self.spent.entry(child.name().to_owned()).or_default();
        spent.peak_kib = spent.peak_kib.max(used.peak_kib);
        spent.cpu_us += used.cpu_us;
        let name = u32::try_from(victim).unwrap_or(0) + 1;
        // It is dead when this returns.
        drop(child);
        let again = self.worker(name).await?;
        self.workers.insert(victim, again);
        Ok(())
    }

    /// What each process cost until now.
    pub(super) fn used(&self) -> anyhow::Result<BTreeMap<String, Used>> {
        let mut all = self.spent.clone();
        for child in self.api.iter().chain(&self.workers) {
            let now = used(child)?;
            let sum = all.entry(child.name().to_owned()).or_default();
            sum.peak_kib = sum.peak_kib.max(now.peak_kib);
            sum.cpu_us += now.cpu_us;
        }
        Ok(all)
    }

    /// Ends all, first those that take work on.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        for child in self.api.into_iter().chain(self.workers) {
            child.stop().await?;
        }
        Ok(())
    }
}

fn used(child: &Child) -> anyhow::Result<Used> {
    let status = read(child.pid(), "status")?;
    Ok(Used {
        peak_kib: line(&status, "VmHWM:").parse().unwrap_or(0),
        cpu_us: times(child.pid())?.own_us,
    })
}
