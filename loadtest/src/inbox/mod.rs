//! Inboxes under load: how fast they are read while they are written to, and how fresh the answers are.
//!
//! This is the order of things. `fill` makes what lies in the inboxes; `mix` says which request is next, `caller` makes
//! it, `load` at its time, `tally` counts. `hits` reads the cache's figures, `freshness` looks for answers that are too
//! old (with `outage` between the service and Redis), `deep` turns a thousand pages.

mod caller;
mod deep;
mod fill;
mod freshness;
mod hits;
mod load;
mod mix;
mod outage;
mod people;
mod tally;

use std::sync::Arc;

use anyhow::ensure;

use crate::api::Api;
use crate::cli::{InboxOptions, Shape};
use crate::cluster::{Roles, Stage, Tell, experiment};
use crate::population::tenant_names;
use crate::report::{Costs, Limit, Report, Timed, Unit};
use caller::Caller;
use hits::HitsByKind;
use load::Load;
use mix::{Ask, Reads};
use outage::Wire;
use people::{DEEP_USER, People};

/// Plays it and writes the reports.
pub(crate) async fn run(options: InboxOptions, tell: Tell) -> anyhow::Result<Report> {
    sensible(&options)?;
    let (servers, out) = (options.servers.clone(), options.out.clone());
    let elsewhere = options.elsewhere.clone();
    let play = |stage| Inbox { options, stage }.play();
    experiment(&servers, elsewhere.shape(), &out, tell, play).await
}

struct Inbox {
    options: InboxOptions,
    stage: Stage,
}

/// What is loaded: where it is, and what is ours of it.
struct Place {
    urls: Vec<String>,
    roles: Option<Roles>,
    /// Between the API processes and Redis.
    wire: Option<Wire>,
}

impl Place {
    fn costs(&self) -> Costs {
        let roles = self.roles.as_ref().map(Roles::costs);
        roles.unwrap_or_default().and_servers()
    }
}

impl Inbox {
    /// Plays; what it starts ends with it.
    async fn play(self) -> anyhow::Result<Report> {
        let (options, stage) = (&self.options, &self.stage);
        let signer = stage.signer()?;
        let place = self.place().await?;
        let caller = Arc::new(Caller::new(&place.urls)?);
        let load = Load {
            people: Arc::new(People::new(&fill::population(options)?, &signer)?),
            caller: Arc::clone(&caller),
        };
        stage.tell("warming up");
        load.run(options, options.warm_up).await?;
        stage.tell("reading and writing");
        let (hits, costs) = (HitsByKind::now(&caller.0).await?, place.costs());
        let tally = load.run(options, options.duration).await?;
        let uses = costs.until(place.costs());
        let hits = hits.until(&HitsByKind::now(&caller.0).await?);

        let (mut turned, mut checked) = (None, None);
        if options.deep_pages > 0 {
            stage.tell(&format!("turning {} pages", options.deep_pages));
            let token = signer.token("default", DEEP_USER, "inbox")?;
            turned = Some(deep::walk(&caller, &token, options.deep_pages).await?);
        }
        if options.check > 0 {
            stage.tell(&format!(
                "checking {} times whether answers are fresh",
                options.check
            ));
            let wire = place
                .wire
                .as_ref()
                .map(|wire| (wire, options.redis_outages));
            checked = Some(freshness::check(&place.urls, &signer, options.check, wire).await?);
        }
        if let Some(roles) = place.roles {
            roles.stop().await?;
        }

        let (reads, writes) = (options.reads, options.writes);
        let seconds = options.duration.as_secs_f64();
        let title =
            format!("Inboxes: {reads} reads and {writes} writes a second for {seconds:.0} s");
        let mut report = Report::new(title);
        let mut failed = tally.tell(&mut report);
        hits.tell(&mut report, options.min_hit_rate);
        report.latencies(tally.kinds.iter().map(|(ask, kind)| Timed {
            what: ask.name(),
            latencies: &kind.latencies,
            limit: match ask {
                Ask::List | Ask::Page => Some(options.max_list_p99),
                Ask::Count => Some(options.max_count_p99),
                Ask::Send | Ask::Read | Ask::ReadAll | Ask::Delete => None,
            },
        }));
        report.plot(tally.plot());
        report.picture();
        if let Some(deep) = turned {
            deep.tell(&mut report, options.max_page_ratio);
        }
        if let Some(freshness) = checked {
            let seen = freshness.total();
            failed += seen.errors;
            let limit = Limit::of(options.max_stale);
            report.limited("stale answers", Unit::Count, seen.stale, limit);
            freshness.tell(&mut report);
        }
        report.at_most("failed requests", failed, options.max_failed);
        if tally.answered() == 0 {
            report.miss("not one request was answered");
        }
        report.costs("request", &uses, tally.answered());
        report.text(self.text());
        Ok(report)
    }

    /// Starts and fills a cluster, or fills one that runs.
    async fn place(&self) -> anyhow::Result<Place> {
        let (options, stage) = (&self.options, &self.stage);
        let filling = format!("filling: {} notifications", options.notifications);
        let Some(installation) = &stage.installation else {
            let urls = options.elsewhere.url.clone();
            stage.tell(&filling);
            fill::by_api(
                &Arc::new(Caller(Api::new(&urls)?)),
                &stage.signer()?,
                options,
            )
            .await?;
            return Ok(Place {
                urls,
                roles: None,
                wire: None,
            });
        };
        let mut roles = Roles::new(stage, None)?;
        roles.migrate(&tenant_names(options.tenants))?;
        stage.tell(&filling);
        fill::by_sql(installation, options).await?;
        stage.tell("starting: worker, api");
        roles.start_workers(options.worker_count, None).await?;
        let mut wire = None;
        if options.redis_outages > 0 {
            let between = Wire::to(&options.servers.redis_url).await?;
            roles.set("REDIS_URL", between.url());
            wire = Some(between);
        }
        roles.start_apis(options.api_count).await?;
        Ok(Place {
            urls: roles.urls(),
            roles: Some(roles),
            wire,
        })
    }

    fn text(&self) -> String {
        let options = &self.options;
        let processes = match self.stage.shape {
            Shape::Elsewhere => format!("{} API processes", options.elsewhere.url.len()),
            _ => format!(
                "{} API and {} worker processes",
                options.api_count, options.worker_count
            ),
        };
        format!(
            "{} notifications of {} users of {} tenants, who poll list and count every {:.0} s; what is written goes to {} of them. {processes}. Latency counts from the moment a request was due (open loop). A list is the newest twenty, a page the next twenty by cursor.",
            options.notifications,
            options.users,
            options.tenants,
            options.poll_every.as_secs_f64(),
            options.busy_users.min(options.users),
        )
    }
}

/// Refuses what cannot be done before anything is started.
fn sensible(options: &InboxOptions) -> anyhow::Result<()> {
    ensure!(
        options.users >= options.tenants,
        "--users: at least one for each of the {} tenants",
        options.tenants
    );
    let every_s = options.poll_every.as_secs_f64();
    ensure!(every_s > 0.0, "--poll-every: more than nothing is needed");
    ensure!(
        Reads::new(options.users, every_s, options.reads).is_some(),
        "--reads: {} users who ask for list and count every {every_s} s are {:.0} reads a second",
        options.users,
        2.0 * f64::from(options.users) / every_s
    );
    let processes = match options.elsewhere.url.len() {
        0 => options.api_count as usize,
        some => some,
    };
    ensure!(
        options.check == 0 || processes > 1,
        "--check: two API processes are needed, one to write and one to read"
    );
    Ok(())
}
