//! `campanile-loadtest topic`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::servers::{Servers, Shape};

pub(super) const EXAMPLES: &str = "\
A push to a topic of 100,000 users, the worker killed twice on the way; report.json and report.md are in
./topic:

  cargo build --release -p campanile -p campanile-loadtest
  target/release/campanile-loadtest topic --users 100000 --kills 2 --max-repeated 2000 --out topic

The same through one process on SQLite:

  target/release/campanile-loadtest topic --shape up --users 100000 --kills 2 --max-repeated 2000 --out topic-up";

/// Options of `topic`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TopicOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// What is started.
    #[arg(long, value_enum, default_value_t = Shape::Cluster)]
    pub(crate) shape: Shape,
    /// How many users are subscribed; each has a device.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// How often a worker (of `--shape up`: the process) is killed with SIGKILL, evenly over the
    /// fan-out, and started again.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) kills: u32,
    /// How many workers there are.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) worker_count: u32,
    /// How long everybody's push may take.
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = humantime::parse_duration)]
    pub(crate) drain: Duration,
    /// How many users may receive nothing.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_lost: u64,
    /// So many calls to the provider may be repeated, under the same id; each kill may repeat those
    /// in flight. Two notifications for one user are never allowed.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_repeated: u64,
    /// The limit of every process's memory, in MiB; 0: none.
    #[arg(long, value_name = "MIB", default_value_t = 0)]
    pub(crate) max_memory: u64,
    /// The folder for the reports; made if it is missing. Ledgers and logs stay in its `work` if a
    /// limit is missed.
    #[arg(long, value_name = "DIR", default_value = "loadtest-topic")]
    pub(crate) out: PathBuf,
}
