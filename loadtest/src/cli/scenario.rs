//! `campanile-loadtest scenario`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::SinkKind;
use super::run::Channel;
use super::servers::Servers;

pub(super) const EXAMPLES: &str = "\
A thousand pushes a second for a minute; report.json, report.md and report.svg are in ./push-1000:

  cargo build --release --workspace
  target/release/campanile-loadtest scenario --channel push --rate 1000 --duration 60s --out push-1000

Mail over sixteen connections, through two nodes of each role, with limits of your own:

  campanile-loadtest scenario --channel email --rate 2000 --smtp-connections 16 \\
    --api-count 2 --worker-count 2 --max-accept-p99 80ms --max-delivery-p99 250ms --out mail-2000

Ten tenants, the provider of one of them failing for a minute; the report shows what the others noticed:

  echo '[{\"target_prefix\": \"load-1-\", \"from_s\": 10, \"until_s\": 70, \"status\": 503}]' > faults.json
  campanile-loadtest scenario --tenants 10 --script faults.json --duration 90s --drain 180s --max-delivery-p99 1h

With servers elsewhere:

  DATABASE_URL=postgres://… REDIS_URL=redis://… RABBITMQ_URL=amqp://… \\
    campanile-loadtest scenario --channel webhook --out webhook";

/// A channel that has a fake provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provided {
    Push,
    Email,
    Webhook,
}

impl Provided {
    /// As requests and workers name it.
    pub(crate) fn channel(self) -> Channel {
        match self {
            Self::Push => Channel::Push,
            Self::Email => Channel::Email,
            Self::Webhook => Channel::Webhook,
        }
    }

    /// Who plays its provider.
    pub(crate) fn sink(self) -> SinkKind {
        match self {
            Self::Push => SinkKind::Fcm,
            Self::Email => SinkKind::Smtp,
            Self::Webhook => SinkKind::Webhook,
        }
    }
}

/// Options of `scenario`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScenarioOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// Which way the notifications go.
    #[arg(long, value_enum, default_value_t = Provided::Push)]
    pub(crate) channel: Provided,
    /// Requests a second.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// For how long.
    #[arg(long, default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// A lighter run before, so long, at a tenth of the rate, that no figure counts; 0s: none.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) warm_up: Duration,
    /// How many users there are, over all tenants.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// Number of tenants: `default`, `load-1`, …. The account from the settings serves `default`; each other tenant
    /// has its own provider, with the same fake server.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) tenants: u32,
    /// Faults of the provider, as `sink --script` takes them, for `--channel push`; their time
    /// begins with the measured run.
    ///
    /// A device's token is `<tenant>-<user>`, so a "target_prefix" picks a tenant or some users.
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// Gives every request an `Idempotency-Key`, which costs the service a row more.
    #[arg(long)]
    pub(crate) idempotency_keys: bool,
    /// Requests under way at once, at most.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// Connections to the mail relay, of each worker.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) smtp_connections: u32,
    /// How many processes serve the API.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) api_count: u32,
    /// How many workers there are.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) worker_count: u32,
    /// How long what was accepted may take to arrive once the last request was answered.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) drain: Duration,
    /// The limit of the 99th percentile from the due time to the 202.
    #[arg(long, value_name = "DURATION", default_value = "50ms", value_parser = humantime::parse_duration)]
    pub(crate) max_accept_p99: Duration,
    /// The limit of the 99th percentile from the 202 to the provider.
    #[arg(long, value_name = "DURATION", default_value = "100ms", value_parser = humantime::parse_duration)]
    pub(crate) max_delivery_p99: Duration,
    /// So many may be lost.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_lost: u64,
    /// How many may end undelivered with a reason in their timelines; more than 0 only makes sense with `--script`.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_undelivered: u64,
    /// So many may come twice.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_doubled: u64,
    /// So many requests may fail.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_failed: u64,
    /// The folder for the reports; made if it is missing. Ledgers and logs stay in its `work` if a
    /// limit is missed.
    #[arg(long, value_name = "DIR", default_value = "loadtest-report")]
    pub(crate) out: PathBuf,
}
