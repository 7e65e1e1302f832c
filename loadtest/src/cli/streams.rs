//! `campanile-loadtest streams`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::servers::{Servers, Shape};

pub(super) const EXAMPLES: &str = "\
10,000 open streams on one api, 1,000 notifications a second spread over them; reports are in ./streams:

  cargo build --release -p campanile -p campanile-loadtest
  target/release/campanile-loadtest streams --out streams

The same beside nginx with Nchan (Debian: nginx, libnginx-mod-nchan), and through one process on SQLite:

  target/release/campanile-loadtest streams --nchan --out streams-nchan
  target/release/campanile-loadtest streams --shape up --out streams-up

Is anything missed? 100 streams are cut at random moments, the api is killed three times, and Redis is cut off five times:

  target/release/campanile-loadtest streams --streams 1000 --rate 200 --cuts 100 --kills 3 --redis-cuts 5 --out cuts

Each stream needs a descriptor here and in the api: `ulimit -Hn` must be larger than --streams.";

/// Options of `streams`.
#[derive(Debug, Clone, Args)]
pub(crate) struct StreamsOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// What is started.
    #[arg(long, value_enum, default_value_t = Shape::Cluster)]
    pub(crate) shape: Shape,
    /// How many streams are open; each user has one.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub(crate) streams: u32,
    /// Notifications a second, spread over the users.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// For how long.
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// How long the streams stay idle before their memory is read.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) idle: Duration,
    /// Calls a second to list and count inboxes while all streams reconnect.
    #[arg(long, value_name = "RATE", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) calls: u32,
    /// Cuts so many streams, at random moments of the load; each reconnects and resumes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) cuts: u32,
    /// Kills the process that serves the streams so often with SIGKILL during the load, and starts it again.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) kills: u32,
    /// Cuts the service off from Redis so often during the load, for a second each time.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) redis_cuts: u32,
    /// Does the same with nginx and Nchan, on this machine, for comparison.
    #[arg(long)]
    pub(crate) nchan: bool,
    /// The limit of the memory (PSS) for each idle stream, in KiB.
    #[arg(long, value_name = "KIB", default_value_t = 10.0)]
    pub(crate) max_memory: f64,
    /// The limit of the median from the 202 to the event.
    #[arg(long, value_name = "DURATION", default_value = "5ms", value_parser = humantime::parse_duration)]
    pub(crate) max_event_p50: Duration,
    /// The limit of the 99th percentile from the 202 to the event.
    #[arg(long, value_name = "DURATION", default_value = "25ms", value_parser = humantime::parse_duration)]
    pub(crate) max_event_p99: Duration,
    /// The limit from the 202 of a send to a topic of all users to the last event.
    #[arg(long, value_name = "DURATION", default_value = "500ms", value_parser = humantime::parse_duration)]
    pub(crate) max_topic: Duration,
    /// The limit for all streams to reconnect.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = humantime::parse_duration)]
    pub(crate) max_reconnect: Duration,
    /// The limit of the 99th percentile of other calls meanwhile.
    #[arg(long, value_name = "DURATION", default_value = "100ms", value_parser = humantime::parse_duration)]
    pub(crate) max_call_p99: Duration,
    /// The folder for the reports; made if it is missing. Logs stay in its `work` if a limit is missed.
    #[arg(long, value_name = "DIR", default_value = "streams-report")]
    pub(crate) out: PathBuf,
}
