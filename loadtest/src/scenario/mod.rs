//! All of it, around a cluster of its own: start, load, join, report, clear up.
//!
//! This is the order of things; `course` watches it, and `ends` asks what became of those that did not come.

mod course;
mod ends;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use http::Method;

use crate::api::Api;
use crate::cli::{
    JoinOptions, PeopleOptions, Provided, RunOptions, ScenarioOptions, Shape, Tenants,
};
use crate::cluster::{Provider, Roles, Stage, Tell, experiment};
use crate::population::tenant_names;
use crate::report::{Costs, Report, Timed, Unit};
use course::{Course, drained, entries};
use ends::Ends;

/// For the sink's last lines, once their number is there.
const LEDGER_WITHIN: Duration = Duration::from_secs(5);

/// Plays it and writes the reports.
pub(crate) async fn run(options: ScenarioOptions, tell: Tell) -> anyhow::Result<Report> {
    let (servers, out) = (options.servers.clone(), options.out.clone());
    let play = |stage| Scenario { options, stage }.play();
    experiment(&servers, (Shape::Cluster, None), &out, tell, play).await
}

struct Scenario {
    options: ScenarioOptions,
    stage: Stage,
}

impl Scenario {
    /// Plays; what it starts ends with it.
    async fn play(self) -> anyhow::Result<Report> {
        let (options, stage) = (&self.options, &self.stage);
        // All connections are dealt to the tenants, for a relay counts them together.
        let connections = (options.smtp_connections / options.tenants).max(1);
        let script = options.script.as_deref();
        let provider = Provider::start(stage, options.channel, script, connections).await?;
        stage.tell("starting: migrate, api, worker");
        let roles = self.roles(&provider).await?;
        self.people(&roles.url()?).await?;
        self.warm_up(&roles, &provider.ledger).await?;

        let accepted = stage.work.join("accepted.jsonl");
        let before = entries(&provider.ledger)?;
        if script.is_some() {
            provider.begin_script()?;
        }
        let costs = || {
            let sink = Costs::of([(provider.child.name(), provider.child.pid())]);
            roles.costs().and(&sink).and_servers()
        };
        let begin = costs();
        let course = Course::watch(&accepted, &provider.ledger, before, stage.tell);
        let run = crate::run::run(RunOptions {
            ledger: Some(accepted.clone()),
            ..self.load(&roles, options.rate, options.duration)
        });
        let run = run.await?;
        let wanted = before + run.notifications;
        let drained = drained(&provider.ledger, wanted, options.drain).await?;
        let uses = begin.until(costs());
        let moments = course.moments();
        drop(course);

        stage.tell("joining the ledgers");
        let join = self.join(&accepted, &provider.ledger);
        let mut joined = crate::join::run(&join, |_| {}).await?;
        // The warm-up's, whose 202s are in a ledger of their own.
        joined.unknown = joined.unknown.saturating_sub(before);
        let ends = Ends::ask(&roles.urls(), &stage.signer()?, &accepted, &joined.lost).await?;
        roles.stop().await?;
        provider.child.stop().await?;

        let channel = options.channel.channel().name();
        let seconds = options.duration.as_secs_f64();
        let title = format!(
            "Load test: {channel} at {}/s for {seconds:.0} s",
            options.rate
        );
        let mut report = Report::new(title);
        run.tell(&mut report);
        joined.tell(&mut report, Some(options.max_doubled));
        ends.tell(&mut report, options);
        let failed = run.answers.failures();
        report.at_most("failed requests", failed, options.max_failed);
        let backlog = moments.iter().map(|moment| moment.backlog()).max();
        report.figure("largest backlog seen", Unit::Count, backlog.unwrap_or(0));
        report.figure(
            "empty after the last 202",
            Unit::Seconds,
            drained.as_secs_f64(),
        );
        let delivery = &joined.accept_to_receipt;
        report.latencies([
            Timed::within(
                "due → 202 (accept)",
                &run.answers.latencies,
                options.max_accept_p99,
            ),
            Timed::within("202 → provider", delivery, options.max_delivery_p99),
            Timed::of("due → provider", &joined.due_to_receipt),
        ]);
        joined.tell_tenants(&mut report);
        self.tell_script(&mut report)?;
        course::plot(&mut report, &moments);
        report.costs("notification", &uses, run.notifications);
        report.text(self.place());
        Ok(report)
    }

    /// Starts all roles on an empty database. The tenants have their accounts before the first worker asks for them.
    async fn roles(&self, provider: &Provider) -> anyhow::Result<Roles> {
        let (options, stage) = (&self.options, &self.stage);
        let mut roles = Roles::new(stage, Some(provider))?;
        let tenants = tenant_names(options.tenants);
        roles.migrate(&tenants)?;
        roles.start_apis(options.api_count).await?;
        let (api, signer) = (Api::new(&roles.urls())?, stage.signer()?);
        for tenant in tenants.iter().filter(|tenant| *tenant != "default") {
            let (path, token) = (
                "/api/v1/admin/providers/loadtest",
                signer.token(tenant, "loadtest", "admin")?,
            );
            let set =
                api.insist::<serde_json::Value>(Method::PUT, path, &token, Some(&provider.account));
            set.await
                .with_context(|| format!("the provider of {tenant}"))?;
        }
        let channel = options.channel.channel().name();
        roles
            .start_workers(options.worker_count, Some(channel))
            .await?;
        Ok(roles)
    }

    async fn people(&self, url: &str) -> anyhow::Result<()> {
        let options = &self.options;
        if options.channel == Provided::Webhook {
            return Ok(());
        }
        self.stage
            .tell(&format!("registering {} people", options.users));
        let people = PeopleOptions {
            devices: options.channel == Provided::Push,
            mail: options.channel == Provided::Email,
            ..PeopleOptions::of(url, &self.stage.secret, options.tenants, options.users)
        };
        crate::people::run(&people).await.map(drop)
    }

    /// Connections and caches of a service that has just started are not what is measured.
    async fn warm_up(&self, roles: &Roles, received: &Path) -> anyhow::Result<()> {
        if self.options.warm_up.is_zero() {
            return Ok(());
        }
        self.stage.tell("warming up");
        let accepted = self.stage.work.join("warm-up.jsonl");
        let rate = (self.options.rate / 10).max(1);
        let run = crate::run::run(RunOptions {
            ledger: Some(accepted.clone()),
            ..self.load(roles, rate, self.options.warm_up)
        });
        run.await?;
        // None of it may arrive among what is counted.
        let join = JoinOptions {
            timeout: Some(self.options.drain),
            ..self.join(&accepted, received)
        };
        crate::join::run(&join, |_| {}).await.map(drop)
    }

    fn load(&self, roles: &Roles, rate: u32, duration: Duration) -> RunOptions {
        RunOptions {
            url: roles.urls(),
            secret: Some(self.stage.secret.clone()),
            tenants: Tenants::count(self.options.tenants),
            channel: vec![self.options.channel.channel()],
            rate,
            duration,
            users: self.options.users,
            recipients: 1,
            connections: self.options.connections,
            idempotency_keys: self.options.idempotency_keys,
            is_quiet: true,
            ..RunOptions::default()
        }
    }

    fn join(&self, accepted: &Path, received: &Path) -> JoinOptions {
        JoinOptions {
            accepted: accepted.to_owned(),
            received: received.to_owned(),
            timeout: Some(LEDGER_WITHIN),
            ..JoinOptions::default()
        }
    }

    fn tell_script(&self, report: &mut Report) -> anyhow::Result<()> {
        if let Some(script) = &self.options.script {
            let script = std::fs::read_to_string(script).context("--script")?;
            report.text(format!(
                "The provider's faults, in seconds since the first request:\n\n```json\n{}\n```",
                script.trim()
            ));
        }
        Ok(())
    }

    fn place(&self) -> String {
        let options = &self.options;
        let mut text = format!(
            "{} users of {} tenants; {} API and {} worker processes.",
            options.users, options.tenants, options.api_count, options.worker_count
        );
        if options.channel == Provided::Email {
            text += &format!(
                " Up to {} connections to the relay.",
                options.smtp_connections
            );
        }
        if options.idempotency_keys {
            text += " Every request had an idempotency key.";
        }
        text + " Latency counts from the moment a request was due (open loop), so nothing that a stall kept waiting is left out."
    }
}
