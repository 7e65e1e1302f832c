//! Options of `health`.

use clap::Args;

use super::test::url;

/// Options of `health`.
#[derive(Debug, Args)]
pub(crate) struct HealthOptions {
    /// The URL to ask, without a path (default: the port of CAMPANILE_LISTEN on this machine, then the port of
    /// CAMPANILE_METRICS_LISTEN).
    #[arg(long, value_parser = url)]
    pub(crate) url: Option<String>,
    /// Ask only whether the process answers at all, not whether it is ready for requests.
    #[arg(long)]
    pub(crate) live: bool,
}
