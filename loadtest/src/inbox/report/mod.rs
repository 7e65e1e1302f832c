//! What it showed: as JSON for programs, as Markdown with a picture for people.

mod markdown;
mod picture;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::deep::Deep;
use super::freshness::Freshness;
use super::hits::HitsByKind;
use super::tally::Tally;
use crate::cli::InboxOptions;
use crate::clock::now_us;
use crate::cluster::Cost;
pub(crate) use markdown::markdown;

/// All of it; `report.json` is just this.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// A line for each limit that was missed; empty: it passed.
    pub(crate) missed: Vec<String>,
    pub(crate) scene: Scene,
    pub(crate) tally: Tally,
    /// Of the API processes, during the load.
    pub(crate) hits: HitsByKind,
    pub(crate) deep: Option<Deep>,
    pub(crate) freshness: Option<Freshness>,
    pub(crate) costs: Vec<RequestCost>,
}

/// What was asked for, and where it ran.
#[derive(Debug, Serialize)]
pub(crate) struct Scene {
    /// When it ended (RFC 3339).
    pub(crate) at: String,
    pub(crate) is_own_cluster: bool,
    pub(crate) notifications: u32,
    pub(crate) users: u32,
    pub(crate) busy_users: u32,
    pub(crate) tenants: u32,
    pub(crate) api_count: usize,
    pub(crate) worker_count: Option<u32>,
    pub(crate) reads: u32,
    pub(crate) writes: u32,
    pub(crate) poll_every_s: f64,
    pub(crate) duration_s: f64,
    pub(crate) max_list_p99_ms: f64,
    pub(crate) max_count_p99_ms: f64,
    pub(crate) min_hit_rate: f64,
    pub(crate) cores: usize,
    /// The load was built without optimisation, so it took more than it needs.
    pub(crate) is_debug_build: bool,
}

/// What a process cost for each request that was answered.
#[derive(Debug, Serialize)]
pub(crate) struct RequestCost {
    #[serde(skip)]
    pub(crate) cost: Cost,
    name: String,
    is_machine_wide: bool,
    cpu_us: u64,
    cpu_us_per_request: Option<f64>,
    memory_kib: u64,
    peak_kib: Option<u64>,
}

impl From<Cost> for RequestCost {
    fn from(cost: Cost) -> Self {
        Self {
            name: cost.name.clone(),
            is_machine_wide: cost.is_machine_wide,
            cpu_us: cost.cpu_us,
            cpu_us_per_request: cost.cpu_us_per_notification,
            memory_kib: cost.memory_kib,
            peak_kib: cost.peak_kib,
            cost,
        }
    }
}

impl Scene {
    /// Now and here.
    pub(super) fn of(options: &InboxOptions) -> Self {
        let now = std::time::UNIX_EPOCH + Duration::from_micros(now_us());
        let ms = |limit: Duration| limit.as_secs_f64() * 1_000.0;
        let is_own_cluster = options.url.is_empty();
        Self {
            at: humantime::format_rfc3339_seconds(now).to_string(),
            is_own_cluster,
            notifications: options.notifications,
            users: options.users,
            busy_users: options.busy_users.min(options.users),
            tenants: options.tenants,
            api_count: match is_own_cluster {
                true => options.api_count as usize,
                false => options.url.len(),
            },
            worker_count: is_own_cluster.then_some(options.worker_count),
            reads: options.reads,
            writes: options.writes,
            poll_every_s: options.poll_every.as_secs_f64(),
            duration_s: options.duration.as_secs_f64(),
            max_list_p99_ms: ms(options.max_list_p99),
            max_count_p99_ms: ms(options.max_count_p99),
            min_hit_rate: options.min_hit_rate,
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            is_debug_build: cfg!(debug_assertions),
        }
    }
}

/// Writes all three files.
pub(super) fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    crate::report::write_files(
        folder,
        serde_json::to_string_pretty(report)?,
        markdown(report),
        picture::svg(report),
    )
}

#[cfg(test)]
mod sample;
