//! `campanile-loadtest inbox`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::servers::{Elsewhere, Servers};

pub(super) const EXAMPLES: &str = "\
A million notifications of 10,000 users, 1,000 reads and 500 writes a second; reports are in ./inbox:

  cargo build --release -p campanile -p campanile-loadtest
  target/release/campanile-loadtest inbox --out inbox

Is everything that was written seen at once on another process, while Redis goes away three times?

  campanile-loadtest inbox --check 10000 --redis-outages 3 --duration 10s --out fresh

Writes to all users alike, over ten tenants, without the walk to page 1,000:

  campanile-loadtest inbox --tenants 10 --busy-users 10000 --deep-pages 0 --min-hit-rate 0

A cluster that runs already, filled through its API; load-1, … must exist if --tenants is more than 1:

  export JWT_SECRET=…   # that of the service
  campanile-loadtest inbox --url http://10.0.0.1:8080,http://10.0.0.2:8080 --notifications 100000

How to read the hit rate. An inbox that changes between two polls cannot be answered from a cache, so
what is written to whom decides: 500 writes a second over 10,000 users who poll every 30 s leave one
poll in four a chance, to 1,000 of them nine in ten. Counts live a minute, two polls.";

/// Options of `inbox`.
#[derive(Debug, Clone, Args)]
pub(crate) struct InboxOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    #[command(flatten)]
    pub(crate) elsewhere: Elsewhere,
    /// How many notifications there are before it begins.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub(crate) notifications: u32,
    /// How many users there are, over all tenants.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) users: u32,
    /// How many tenants: `default`, `load-1`, ….
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) tenants: u32,
    /// The days that the notifications are spread over, each a partition (private cluster only).
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub(crate) days: u32,
    /// Reads a second; what polling leaves of them turns pages.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) reads: u32,
    /// Writes a second: new notifications, marks as read, some read-all, few deletions.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) writes: u32,
    /// Each user asks for list and count so often, give or take a tenth.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) poll_every: Duration,
    /// Writes go to so many of the users.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) busy_users: u32,
    /// For how long.
    #[arg(long, default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// The same load before, so long, that no figure counts: one round of polls fills the cache.
    #[arg(long, value_name = "DURATION", default_value = "35s", value_parser = humantime::parse_duration)]
    pub(crate) warm_up: Duration,
    /// Requests under way at once, at most; those that wait for a place grow old meanwhile.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// Number of API processes (private cluster only).
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) api_count: u32,
    /// Number of workers (private cluster only); 0: the outbox grows.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=64))]
    pub(crate) worker_count: u32,
    /// Reads this many pages of 100 from one user's inbox and compares the last with the first; 0: none.
    #[arg(long, value_name = "PAGES", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) deep_pages: u32,
    /// So many times, writes on one API process and reads at once on another; alone: 10000.
    #[arg(long, value_name = "TIMES", default_value_t = 0, num_args = 0..=1, default_missing_value = "10000", hide_default_value = true)]
    pub(crate) check: u32,
    /// How often Redis is made unreachable meanwhile (private cluster only).
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100), requires = "check", conflicts_with = "url")]
    pub(crate) redis_outages: u32,
    /// The limit of the 99th percentile of lists, pages by cursor among them.
    #[arg(long, value_name = "DURATION", default_value = "10ms", value_parser = humantime::parse_duration)]
    pub(crate) max_list_p99: Duration,
    /// The limit of the 99th percentile of counts.
    #[arg(long, value_name = "DURATION", default_value = "5ms", value_parser = humantime::parse_duration)]
    pub(crate) max_count_p99: Duration,
    /// So much of the reads must come from the cache, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = share)]
    pub(crate) min_hit_rate: f64,
    /// The last page may take so many times as long as the first.
    #[arg(long, value_name = "TIMES", default_value_t = 1.5)]
    pub(crate) max_page_ratio: f64,
    /// So many requests may fail, those of the check included.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_failed: u64,
    /// So many answers may be older than a write that was answered before.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_stale: u64,
    /// The folder for the reports; made if it is missing. Logs stay in its `work` if a limit is
    /// missed.
    #[arg(long, value_name = "DIR", default_value = "loadtest-report")]
    pub(crate) out: PathBuf,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("a number from 0 to 1 is needed".to_owned())
    }
}
