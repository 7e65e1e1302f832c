//! The order of things.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::time::{Instant, sleep};

use super::backlog::Backlog;
use super::place::Place;
use super::report::{Kill, Report, Scene};
use super::service::Service;
use super::told::Ear;
use super::verdict::missed;
use crate::cli::{PeopleOptions, Tenants, TopicOptions};
use crate::clock::{now_us, unique};
use crate::cluster::{Installation, Starter};
use crate::scenario::PushProvider;
use crate::token::Signer;

/// How often it is asked how far the send is: a kill is to come in the middle.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Between two looks at the ledger.
const LEDGER_EVERY: Duration = Duration::from_millis(500);
/// For whoever comes twice after the last one has come: more than the time after which a message that
/// a dead worker held rings again.
const STRAGGLERS: Duration = Duration::from_secs(35);

/// All that is known before the first process starts.
pub(super) struct Stage {
    pub(super) options: TopicOptions,
    pub(super) own: PathBuf,
    pub(super) binary: PathBuf,
    /// For ledgers and logs.
    pub(super) work: PathBuf,
    pub(super) installation: Option<Installation>,
    pub(super) tell: fn(&str),
}

impl Stage {
    /// Plays; what it starts ends with it.
    pub(super) async fn play(self) -> anyhow::Result<Report> {
        let (options, tell) = (&self.options, self.tell);
        let received = self.work.join("received.jsonl");
        let log = self.work.join("sink.log");
        let provider = PushProvider::start(&self.own, &received, &log).await?;
        tell("starting");
        let secret = match &self.installation {
            Some(installation) => installation.jwt_secret().to_owned(),
            None => unique().simple().to_string(),
        };
        let starter = self.starter(&secret, &provider);
        let mut place = Place::start(options, self.installation.as_ref(), starter).await?;
        tell(&format!("registering {} devices", options.users));
        self.people(place.url()?, &secret).await?;
        let service = Service::new(Signer::new(&secret)?.service("default")?)?;
        tell("subscribing");
        let begun = Instant::now();
        let subscribers = service.subscribe(place.url()?, options.users).await?;
        let subscribed = begun.elapsed();
        ensure!(
            subscribers == u64::from(options.users),
            "{subscribers} are subscribed"
        );

        let mut ear = Ear::open(&received)?;
        let backlog = self.installation.clone().map(Backlog::watch);
        let before = place.used()?;
        tell("sending");
        let begun = Instant::now();
        let (accepted, fanout) = service.send(place.url()?).await?;
        let (answered, sent_us) = (begun.elapsed(), now_us());
        let mut kills = Vec::new();
        let mut progress = service.progress(place.url()?, &fanout).await?;
        while progress.status != "done" {
            ensure!(
                begun.elapsed() < options.drain,
                "not over in time: {progress:?}"
            );
            let number = u32::try_from(kills.len()).unwrap_or(u32::MAX);
            let share = progress.accepted / u64::from(options.kills + 1);
            if number < options.kills && progress.expanded >= share * u64::from(number + 1) {
                tell(&format!("killing at {}", progress.expanded));
                place.kill(number).await?;
                kills.push(Kill {
                    at_s: begun.elapsed().as_secs_f64(),
                    expanded: progress.expanded,
                });
            } else {
                sleep(LOOK_EVERY).await;
            }
            progress = service.progress(place.url()?, &fanout).await?;
        }
        let expanded = begun.elapsed();
        tell("waiting for the last push");
        let mut told = ear.told()?;
        while told.users < accepted && begun.elapsed() < options.drain {
            sleep(LEDGER_EVERY).await;
            told = ear.told()?;
        }
        // Before the wait for what is not to come.
        let used = place.used()?;
        if !kills.is_empty() {
            tell("waiting for what might come twice");
            sleep(STRAGGLERS).await;
            told = ear.told()?;
        }
        place.stop().await?;
        provider.child.stop().await?;
        let mut report = Report {
            missed: Vec::new(),
            scene: Scene::of(options),
            accepted,
            expanded: progress.expanded,
            subscribe_s: subscribed.as_secs_f64(),
            accept_ms: answered.as_secs_f64() * 1_000.0,
            fanout_s: expanded.as_secs_f64(),
            last_push_s: told.last_us.saturating_sub(sent_us) as f64 / 1e6,
            first_push_ms: told.first_us.saturating_sub(sent_us) as f64 / 1e3,
            told,
            kills,
            most_waiting: backlog.as_ref().map(Backlog::most),
            processes: used
                .into_iter()
                .map(|(name, mut used)| {
                    let begun = before.get(&name).copied().unwrap_or_default();
                    used.cpu_us = used.cpu_us.saturating_sub(begun.cpu_us);
                    (name, used)
                })
                .collect(),
        };
        report.missed = missed(options, &report);
        Ok(report)
    }

    fn starter(&self, secret: &str, provider: &PushProvider) -> Starter {
        let mut settings = match &self.installation {
            Some(installation) => installation.settings(),
            None => vec![("JWT_SECRET".to_owned(), secret.to_owned())],
        };
        settings.extend(provider.settings.iter().cloned());
        Starter {
            binary: self.binary.clone(),
            settings,
            work: self.work.clone(),
        }
    }

    async fn people(&self, url: &str, secret: &str) -> anyhow::Result<()> {
        let people = PeopleOptions {
            url: url.to_owned(),
            secret: secret.to_owned(),
            tenants: Tenants {
                tenants: Vec::new(),
                tenant_count: Some(1),
            },
            users: self.options.users,
            devices: true,
            mail: false,
            connections: 64,
        };
        crate::people::run(&people)
            .await
            .map(drop)
            .context("people")
    }
}
