//! `campanile-loadtest client`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Two hundred calls a second for three minutes; stop the service for one of them, and start it again:

  export JWT_SECRET=$(cat campanile-data/jwt-secret)   # of `campanile up`
  campanile-loadtest client --rate 200 --duration 3m --spool spool

The spool outlives the command: killed and started again, it brings what waited to the service first.";

/// Options of `client`.
#[derive(Debug, Args)]
pub(crate) struct ClientOptions {
    /// The API's address.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// The service's shared secret: a token is signed for each attempt.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub(crate) secret: String,
    /// On whose behalf.
    #[arg(long, default_value = "default")]
    pub(crate) tenant: String,
    /// What is called.
    #[arg(long, value_enum, default_value_t = Call::Message)]
    pub(crate) call: Call,
    /// Calls a second.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rate: u32,
    /// For how long.
    #[arg(long, default_value = "3m", value_parser = humantime::parse_duration)]
    pub(crate) duration: Duration,
    /// How many people the calls are for, in turn; each person's calls are made one after the other.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) users: u32,
    /// The spool's directory.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) spool: PathBuf,
    /// How long the spool may take to empty when all calls are made.
    #[arg(long, default_value = "2m", value_parser = humantime::parse_duration)]
    pub(crate) drain: Duration,
    /// The file for the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Call {
    /// POST /api/v1/events/message-created
    Message,
    /// POST /api/v1/notifications
    Send,
}
