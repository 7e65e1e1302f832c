//! `campanile-loadtest callers`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::run::Channel;
use super::servers::{Elsewhere, Servers};

pub(super) const EXAMPLES: &str = "\
16 to 512 callers on a private cluster; report.json and report.md are in ./callers:

  cargo build --release -p campanile -p campanile-loadtest
  target/release/campanile-loadtest callers --out callers

The same without TLS to Postgres:

  campanile-loadtest callers --database-url 'postgres://postgres@127.0.0.1/postgres?sslmode=disable' --out plain";

/// Options of `callers`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CallersOptions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    #[command(flatten)]
    pub(crate) elsewhere: Elsewhere,
    /// How many callers there are, step by step.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "16,32,64,128,256,512",
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub(crate) connections: Vec<u32>,
    /// How long a step takes.
    #[arg(long, default_value = "10s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// The first step once before, so long, that no figure counts; 0s: none.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) warm_up: Duration,
    /// The channel of the requests. A private cluster has only accounts for in_app.
    #[arg(long, value_enum, default_value_t = Channel::InApp)]
    pub(crate) channel: Channel,
    /// How many users there are.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// Gives every request an `Idempotency-Key`, which costs the service a row more.
    #[arg(long)]
    pub(crate) idempotency_keys: bool,
    /// So many requests may fail.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_failed: u64,
    /// The folder for the reports; made if it is missing. Logs stay in its `work` if a limit is missed.
    #[arg(long, value_name = "DIR", default_value = "callers-report")]
    pub(crate) out: PathBuf,
}
