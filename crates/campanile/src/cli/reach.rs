//! Where an operator's command finds the service: at an address, or in the database itself.

use std::path::PathBuf;

use clap::Args;

use super::DataDirOptions;
use super::test::url;

/// Where an operator's command finds the service.
#[derive(Debug, Args)]
pub(crate) struct ReachOptions {
    /// The URL of a running API (default: work on the database that DATABASE_URL or --data-dir names).
    #[arg(long, global = true, env = "CAMPANILE_URL", value_parser = url)]
    pub(crate) url: Option<String>,
    /// A file with the token or API key for --url; - reads standard input. Without it, CAMPANILE_TOKEN is used.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}
