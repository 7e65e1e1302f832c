//! What is told: for programs, and for people.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;

use crate::cli::CallersOptions;
use crate::clock::now_us;
use crate::cluster::Cost;
use crate::run;
use crate::summary::Latencies;

/// All figures of a run; `report.json` is just this.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// A line for each limit that was missed; empty: it passed.
    pub(crate) missed: Vec<String>,
    pub(super) scene: Scene,
    pub(super) steps: Vec<Step>,
}

/// What was asked for, and where it ran.
#[derive(Debug, Serialize)]
pub(crate) struct Scene {
    /// When it ended (RFC 3339).
    at: String,
    channel: &'static str,
    is_own_cluster: bool,
    users: u32,
    duration_s: f64,
    /// As the address of the database says it; of a cluster elsewhere it is not known.
    sslmode: Option<String>,
    cores: usize,
    /// The load was built without optimisation, so it took more than it needs.
    is_debug_build: bool,
}

/// One loop with so many callers.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    connections: u32,
    notifications_per_s: f64,
    notifications: u64,
    failed: BTreeMap<String, u64>,
    /// From the moment a request was sent.
    accept: Option<Latencies>,
    /// How long after the last answer all of it was planned.
    planned_s: Option<f64>,
    /// Of the service, its servers and the load together.
    cpu_us_per_notification: Option<f64>,
    costs: Vec<Cost>,
}

impl Scene {
    pub(super) fn of(options: &CallersOptions) -> Self {
        let now = std::time::UNIX_EPOCH + Duration::from_micros(now_us());
        let is_own_cluster = options.url.is_empty();
        let database = url::Url::parse(&options.servers.database_url).ok();
        let sslmode = database.and_then(|url| {
            let mode = url.query_pairs().find(|(name, _)| name == "sslmode");
            mode.map(|(_, mode)| mode.into_owned())
        });
        Self {
            at: humantime::format_rfc3339_seconds(now).to_string(),
            channel: options.channel.name(),
            is_own_cluster,
            users: options.users,
            duration_s: options.duration.as_secs_f64(),
            sslmode: is_own_cluster.then(|| sslmode.unwrap_or_else(|| "prefer".to_owned())),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            is_debug_build: cfg!(debug_assertions),
        }
    }
}

impl Step {
    pub(super) fn of(
        connections: u32,
        run: run::Report,
        planned: Option<Duration>,
        costs: Vec<Cost>,
    ) -> Self {
        let notifications = run.notifications_accepted;
        let used: u64 = costs.iter().map(|cost| cost.cpu_us).sum();
        Self {
            connections,
            notifications_per_s: run.rate_reached * notifications as f64
                / run.requests_accepted.max(1) as f64,
            notifications,
            failed: run.failed,
            accept: run.accept,
            planned_s: planned.map(|planned| planned.as_secs_f64()),
            cpu_us_per_notification: (notifications > 0)
                .then(|| used as f64 / notifications as f64),
            costs,
        }
    }

    pub(super) fn failed(&self) -> u64 {
        self.failed.values().sum()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (connections, rate) = (self.connections, self.notifications_per_s);
        write!(f, "{connections} callers: {rate:.0}/s")?;
        if let Some(accept) = &self.accept {
            write!(f, ", {accept}")?;
        }
        Ok(())
    }
}

/// As a page with tables.
pub(crate) fn markdown(report: &Report) -> String {
    let mut page = String::new();
    write_page(&mut page, report).expect("a text takes any text");
    page
}

fn write_page(page: &mut String, report: &Report) -> fmt::Result {
    let scene = &report.scene;
    let verdict = if report.missed.is_empty() {
        "passed"
    } else {
        "missed"
    };
    writeln!(page, "# Callers who wait for their answers: {verdict}\n")?;
    for line in &report.missed {
        writeln!(page, "- {line}")?;
    }
    writeln!(
        page,
        "{}: {} users, channel {}, {} s a step, {} cores for everything: the service, its servers and the load.",
        scene.at, scene.users, scene.channel, scene.duration_s, scene.cores
    )?;
    if let Some(mode) = &scene.sslmode {
        writeln!(page, "Connections to Postgres: `sslmode={mode}`.")?;
    }
    if scene.is_debug_build {
        writeln!(page, "A debug build: the load took more than it needs.")?;
    }
    let names: Vec<&str> = report.steps.first().map_or_else(Vec::new, |step| {
        step.costs.iter().map(|cost| cost.name.as_str()).collect()
    });
    write!(
        page,
        "\n| callers | notifications/s | p50 ms | p99 ms | failed | CPU µs a notification |"
    )?;
    for name in &names {
        write!(page, " {name} |")?;
    }
    writeln!(page, "\n|{}", "---|".repeat(6 + names.len()))?;
    for step in &report.steps {
        let [p50, p99] = step
            .accept
            .map_or([0.0; 2], |accept| [accept.p50_ms, accept.p99_ms]);
        let (callers, rate, failed) = (step.connections, step.notifications_per_s, step.failed());
        let cpu = step.cpu_us_per_notification.unwrap_or(0.0);
        write!(
            page,
            "| {callers} | {rate:.0} | {p50:.1} | {p99:.1} | {failed} | {cpu:.0} |"
        )?;
        for cost in &step.costs {
            write!(
                page,
                " {:.0} |",
                cost.cpu_us_per_notification.unwrap_or(0.0)
            )?;
        }
        writeln!(page)?;
    }
    writeln!(
        page,
        "\nLatency counts from the moment a request was sent (closed loop). CPU counts until all of a step was planned;\n\
         of servers it counts all processes of their name."
    )
}

/// Writes `report.json` and `report.md`.
pub(super) fn write(report: &Report, out: &Path) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(report)?;
    for (name, text) in [("report.json", json), ("report.md", markdown(report))] {
        let path = out.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
