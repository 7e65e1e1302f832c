//! `campanile-loadtest recipes`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::servers::Servers;

pub(super) const EXAMPLES: &str = "\
A thousand a second over ten services at once beside pushes; one of them answers nothing for a minute:

  cargo build --release --workspace
  target/release/campanile-loadtest recipes --rate 1000 --out recipes-1000

In small, to see that it works:

  campanile-loadtest recipes --rate 50 --push-rate 10 --quiet 10s --silence 20s --after 5s --out recipes-50";

/// Options of `recipes`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RecipesOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// How many services there are, each with a separate recipe, account and fake server.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=32))]
    pub(crate) services: u32,
    /// Notifications a second over all services together.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// Pushes a second beside them.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) push_rate: u32,
    /// How long all of them answer, before; what the silence is compared with.
    #[arg(long, value_name = "DURATION", default_value = "40s", value_parser = humantime::parse_duration)]
    pub(crate) quiet: Duration,
    /// How long the first service takes connections and answers nothing.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) silence: Duration,
    /// How long the load goes on when it answers again.
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = humantime::parse_duration)]
    pub(crate) after: Duration,
    /// The beginning of the first phase that no figure counts.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) warm_up: Duration,
    /// How many users there are.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// How many workers there are.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) worker_count: u32,
    /// Requests under way at once, at most, of each load.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// How long what was accepted may take to arrive once the last request was answered. What the silent service missed is tried
    /// again after minutes.
    #[arg(long, value_name = "DURATION", default_value = "180s", value_parser = humantime::parse_duration)]
    pub(crate) drain: Duration,
    /// The 99th percentile of all others during the silence may be so many times that of before.
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0)]
    pub(crate) max_factor: f64,
    /// The folder for the reports; made if it is missing. Ledgers and logs stay in its `work` if a limit is missed.
    #[arg(long, value_name = "DIR", default_value = "loadtest-recipes")]
    pub(crate) out: PathBuf,
}
