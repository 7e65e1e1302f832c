//! What a scenario showed: as JSON for programs, as Markdown with a picture for people.

mod markdown;
mod picture;
mod plot;

use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::cli::ScenarioOptions;
use crate::clock::now_us;
use crate::cluster::Cost;
use crate::join::Joined;
use crate::scenario::{Ends, Moment};
use crate::summary::Curve;
pub(crate) use markdown::{cells, cost_rows, markdown, verdict};
pub(crate) use picture::{BLUE, GREEN, ORANGE, by_percentile, document, line, over_time};

/// All of it; `report.json` is just this.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// A line for each limit that was missed; empty: it passed.
    pub(crate) missed: Vec<String>,
    pub(crate) scene: Scene,
    pub(crate) run: crate::run::Report,
    pub(crate) joined: Joined,
    /// What the service says of those that did not come.
    pub(crate) ends: Ends,
    /// How long the last notifications took to arrive once the last request was answered.
    pub(crate) drained_s: f64,
    pub(crate) costs: Vec<Cost>,
    pub(crate) curves: Curves,
    pub(crate) moments: Vec<Moment>,
}

/// What was asked for, and where it ran.
#[derive(Debug, Serialize)]
pub(crate) struct Scene {
    /// When it ended (RFC 3339).
    pub(crate) at: String,
    pub(crate) channel: &'static str,
    pub(crate) rate: u32,
    pub(crate) duration_s: f64,
    pub(crate) users: u32,
    pub(crate) tenants: u32,
    pub(crate) api_count: u32,
    pub(crate) worker_count: u32,
    /// Whether every request bore an `Idempotency-Key`.
    pub(crate) idempotency_keys: bool,
    /// The provider's faults, as they were scripted.
    pub(crate) script: Option<String>,
    pub(crate) smtp_connections: Option<u32>,
    pub(crate) max_accept_p99_ms: f64,
    pub(crate) max_delivery_p99_ms: f64,
    /// Of the machine, which carries everything: the service, the servers, the load and the sink.
    pub(crate) cores: usize,
    /// The load and the sink were built without optimisation, so they took more than they need.
    pub(crate) is_debug_build: bool,
}

impl Scene {
    /// Now and here.
    pub(crate) fn of(options: &ScenarioOptions) -> Self {
        let channel = options.channel.channel().name();
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_micros(now_us());
        Self {
            at: humantime::format_rfc3339_seconds(now).to_string(),
            channel,
            rate: options.rate,
            duration_s: options.duration.as_secs_f64(),
            users: options.users,
            tenants: options.tenants,
            api_count: options.api_count,
            worker_count: options.worker_count,
            idempotency_keys: options.idempotency_keys,
            script: options
                .script
                .as_deref()
                .and_then(|path| std::fs::read_to_string(path).ok()),
            smtp_connections: (channel == "email").then_some(options.smtp_connections),
            max_accept_p99_ms: options.max_accept_p99.as_secs_f64() * 1_000.0,
            max_delivery_p99_ms: options.max_delivery_p99.as_secs_f64() * 1_000.0,
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            is_debug_build: cfg!(debug_assertions),
        }
    }
}

/// Latencies at quantiles.
#[derive(Debug, Serialize)]
pub(crate) struct Curves {
    pub(crate) accept: Curve,
    pub(crate) accept_to_receipt: Curve,
    pub(crate) due_to_receipt: Curve,
}

/// Writes all three files.
pub(crate) fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    write_files(
        folder,
        serde_json::to_string_pretty(report)?,
        markdown(report),
        picture::svg(report),
    )
}

/// The same for whoever has a report of its own.
pub(crate) fn write_files(
    folder: &Path,
    json: String,
    page: String,
    svg: String,
) -> anyhow::Result<()> {
    for (name, text) in [
        ("report.json", json),
        ("report.md", page),
        ("report.svg", svg),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod sample;
