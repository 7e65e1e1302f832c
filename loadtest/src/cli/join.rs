//! `campanile-loadtest join`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

pub(super) const EXAMPLES: &str = "\
Wait up to a minute for what is still on its way; a kill may have doubled four at most:

  campanile-loadtest join --accepted accepted.jsonl --received received.jsonl \\
    --wait-for-url http://127.0.0.1:9999/count --timeout 60s --max-doubled 4";

/// Patience where only `--wait-for-url` was given.
const MINUTE: Duration = Duration::from_secs(60);

/// Options of `join`.
#[derive(Debug, Default, Args)]
pub(crate) struct JoinOptions {
    /// The ledger of `run`.
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: PathBuf,
    /// The ledger of `sink`.
    #[arg(long, value_name = "FILE")]
    pub(crate) received: PathBuf,
    /// The `/count` of the sink: joins once as many webhooks came as notifications were accepted.
    ///
    /// Asking for a number spares the machine under load the reading of its ledgers.
    #[arg(long, value_name = "URL")]
    pub(crate) wait_for_url: Option<String>,
    /// Reads the ledgers again until nothing is missing, for so long at most (default: once, or 60s
    /// with --wait-for-url).
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// More webhooks that came twice than this are a failure (default: any number is allowed).
    #[arg(long, value_name = "N")]
    pub(crate) max_doubled: Option<u64>,
    /// The file for the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

impl JoinOptions {
    /// How long to wait for what is missing.
    pub(crate) fn patience(&self) -> Duration {
        match (self.timeout, &self.wait_for_url) {
            (Some(timeout), _) => timeout,
            (None, Some(_)) => MINUTE,
            (None, None) => Duration::ZERO,
        }
    }
}
