//! `campanile-loadtest run`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::tenants::Tenants;

pub(super) const EXAMPLES: &str = "\
Half a minute at fifty a second, and what it cost the server:

  export CAMPANILE_TOKEN=$(campanile token --tenant default --sub load --scope notifications:send)
  campanile-loadtest run --rate 50 --duration 30s --pid $(pidof campanile) --json run.json

Through a server that is killed and comes back, keeping what was accepted for `join`:

  campanile-loadtest run --rate 200 --duration 1m --retry --ledger accepted.jsonl

What 128 callers get who send the next when the last is answered:

  campanile-loadtest run --closed --connections 128 --channel in_app --duration 30s

Ten tenants in turn, with its own tokens, pushes only:

  export JWT_SECRET=…   # that of the service
  campanile-loadtest run --tenant-count 10 --channel push --rate 1000 --duration 1m";

/// A channel that a request may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Channel {
    Push,
    Email,
    Webhook,
    #[value(name = "in_app")]
    InApp,
}

impl Channel {
    /// As the API writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::InApp => "in_app",
        }
    }
}

/// Options of `run`.
#[derive(Debug, Default, Args)]
pub(crate) struct RunOptions {
    /// The API's address; several take the requests in turn.
    #[arg(
        long,
        value_name = "URL,…",
        default_value = "http://127.0.0.1:8080",
        value_delimiter = ','
    )]
    pub(crate) url: Vec<String>,
    /// A token with the scope notifications:send (`campanile token`); goes before --secret.
    #[arg(
        long,
        value_name = "JWT",
        env = "CAMPANILE_TOKEN",
        hide_env_values = true,
        conflicts_with_all = ["tenants", "tenant_count"]
    )]
    pub(crate) token: Option<String>,
    /// The service's shared secret: tokens for --tenants are signed here.
    #[arg(
        long,
        env = "JWT_SECRET",
        hide_env_values = true,
        required_unless_present = "token"
    )]
    pub(crate) secret: Option<String>,
    #[command(flatten)]
    pub(crate) tenants: Tenants,
    /// Only through this channel; may be given several times (default: all the tenant has).
    #[arg(long, value_enum)]
    pub(crate) channel: Vec<Channel>,
    /// Requests a second.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// For how long.
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// How many users (`user-0`, `user-1`, …) of all tenants the notifications go to, in turn.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// Recipients of one request; not more than a tenant has users.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) recipients: u32,
    /// Requests under way at once, at most; those that have to wait for a place grow old meanwhile.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    /// Closed loop: each connection sends its next request when its last is answered, and --rate says nothing.
    ///
    /// So callers behave who wait for their answers: a slow service is asked less, and latency counts from the
    /// moment a request is sent. It shows what the service can do, an open loop what its users notice.
    #[arg(long)]
    pub(crate) closed: bool,
    /// Repeats a request without an answer, or with a 5xx or 429, under the same Idempotency-Key.
    ///
    /// What a careful caller does when a server is killed: the pauses grow from 50 ms to 2 s. A 409
    /// is repeated too: it says that the server still works on what was sent first.
    #[arg(long)]
    pub(crate) retry: bool,
    /// Gives every request an `Idempotency-Key`, which costs the service a row more; `--retry` does
    /// so anyway.
    #[arg(long)]
    pub(crate) idempotency_keys: bool,
    /// For how long a request is repeated.
    #[arg(long, value_name = "DURATION", default_value = "30s", requires = "retry", value_parser = humantime::parse_duration)]
    pub(crate) retry_for: Duration,
    /// The file that every 202 is noted in, a JSON object a line; what is in it stays.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// A process whose CPU time and memory are reported; may be given several times.
    #[arg(long, value_name = "PID", num_args = 1..)]
    pub(crate) pid: Vec<u32>,
    /// The file for the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Only through these channels, by name.
    #[arg(skip)]
    pub(crate) recipe: Vec<String>,
    /// Draws no progress bar.
    #[arg(skip)]
    pub(crate) is_quiet: bool,
}
