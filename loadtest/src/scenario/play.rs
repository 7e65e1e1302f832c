//! The order of things.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::Ends;
use super::course::{Course, drained, entries};
use super::provider::Provider;
use super::roles::Cluster;
use super::verdict::missed;
use crate::cli::{JoinOptions, PeopleOptions, Provided, RunOptions, ScenarioOptions, Tenants};
use crate::cluster::{Costs, Installation};
use crate::report::{Curves, Report, Scene};
use crate::token::Signer;

/// For the sink's last lines, once their number is there.
const LEDGER_WITHIN: Duration = Duration::from_secs(5);

/// All that is known before the first process starts.
pub(super) struct Stage {
    pub(super) options: ScenarioOptions,
    pub(super) own: PathBuf,
    pub(super) binary: PathBuf,
    /// For ledgers and logs.
    pub(super) work: PathBuf,
    pub(super) installation: Installation,
    pub(super) tell: fn(&str),
}

impl Stage {
    /// Plays; what it starts ends with it.
    pub(super) async fn play(self) -> anyhow::Result<Report> {
        let (options, tell) = (&self.options, self.tell);
        let received = self.work.join("received.jsonl");
        let log = self.work.join("sink.log");
        let provider = Provider::start(options, &self.own, &received, &log).await?;
        tell("starting: migrate, api, worker");
        let cluster = Cluster::start(&self, &provider).await?;
        let urls = cluster.urls();
        self.people(urls.first().context("no api")?).await?;
        self.warm_up(&urls, &received).await?;

        let accepted = self.work.join("accepted.jsonl");
        let before = entries(&received)?;
        let children = || cluster.processes().chain([&provider.child]);
        if options.script.is_some() {
            provider.begin_script()?;
        }
        let begin = Costs::now(children())?;
        let course = Course::watch(&accepted, &received, before, tell);
        let run = crate::run::run(RunOptions {
            ledger: Some(accepted.clone()),
            ..self.load(&urls, options.rate, options.duration)
        });
        let run = run.await?;
        let wanted = before + run.notifications_accepted;
        let drained = drained(&received, wanted, options.drain).await?;
        let end = Costs::now(children())?;
        let costs = begin.until(&end, run.notifications_accepted);
        let moments = course.moments();
        drop(course);

        tell("joining the ledgers");
        let mut joined = crate::join::run(&self.join(&accepted, &received), |_| {}).await?;
        // The warm-up's, whose 202s are in a ledger of their own.
        joined.unknown = joined.unknown.saturating_sub(before);
        let url = urls.first().context("no api")?;
        let ends = Ends::ask(url, &self.signer()?, &accepted, &joined.lost).await?;
        cluster.stop().await?;
        provider.child.stop().await?;
        let [accept_to_receipt, due_to_receipt] = joined.curves.clone();
        Ok(Report {
            missed: missed(options, &run, &joined, &ends),
            scene: Scene::of(options),
            drained_s: drained.as_secs_f64(),
            curves: Curves {
                accept: run.curve(),
                accept_to_receipt,
                due_to_receipt,
            },
            run,
            joined,
            ends,
            costs,
            moments,
        })
    }

    /// Signs as the services and operators of this installation.
    pub(super) fn signer(&self) -> anyhow::Result<Signer> {
        Signer::new(self.installation.jwt_secret())
    }

    async fn people(&self, url: &str) -> anyhow::Result<()> {
        let options = &self.options;
        if options.channel == Provided::Webhook {
            return Ok(());
        }
        (self.tell)(&format!("registering {} people", options.users));
        let people = PeopleOptions {
            url: url.to_owned(),
            secret: self.installation.jwt_secret().to_owned(),
            tenants: self.tenants(),
            users: options.users,
            devices: options.channel == Provided::Push,
            mail: options.channel == Provided::Email,
            connections: 64,
        };
        crate::people::run(&people).await.map(drop)
    }

    /// Connections and caches of a service that has just started are not what is measured.
    async fn warm_up(&self, urls: &[String], received: &Path) -> anyhow::Result<()> {
        if self.options.warm_up.is_zero() {
            return Ok(());
        }
        (self.tell)("warming up");
        let accepted = self.work.join("warm-up.jsonl");
        let rate = (self.options.rate / 10).max(1);
        let run = crate::run::run(RunOptions {
            ledger: Some(accepted.clone()),
            ..self.load(urls, rate, self.options.warm_up)
        });
        run.await?;
        // None of it may arrive among what is counted.
        crate::join::run(
            &JoinOptions {
                timeout: Some(self.options.drain),
                ..self.join(&accepted, received)
            },
            |_| {},
        )
        .await
        .map(drop)
    }

    fn tenants(&self) -> Tenants {
        Tenants {
            tenants: Vec::new(),
            tenant_count: Some(self.options.tenants),
        }
    }

    fn load(&self, urls: &[String], rate: u32, duration: Duration) -> RunOptions {
        RunOptions {
            url: urls.to_vec(),
            token: None,
            secret: Some(self.installation.jwt_secret().to_owned()),
            tenants: self.tenants(),
            channel: vec![self.options.channel.channel()],
            rate,
            duration,
            users: self.options.users,
            recipients: 1,
            connections: self.options.connections,
            retry: false,
            idempotency_keys: self.options.idempotency_keys,
            retry_for: Duration::ZERO,
            ledger: None,
            pid: Vec::new(),
            json: None,
            closed: false,
            is_quiet: true,
        }
    }

    fn join(&self, accepted: &Path, received: &Path) -> JoinOptions {
        JoinOptions {
            accepted: accepted.to_owned(),
            received: received.to_owned(),
            wait_for_url: None,
            timeout: Some(LEDGER_WITHIN),
            max_doubled: Some(self.options.max_doubled),
            json: None,
        }
    }
}
