//! Options of `migrate`.

use std::time::Duration;

use clap::Args;

/// Options of `migrate`.
#[derive(Debug, Args)]
pub(crate) struct MigrateOptions {
    /// Do not migrate: exit with 0 if the schema is as new as this program, with 1 if it is not.
    #[arg(long)]
    pub(crate) check: bool,
    /// How long to wait for the database, and with --check for another process to migrate it, e.g. 10m (default: do
    /// not wait).
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = humantime::parse_duration)]
    pub(crate) wait: Duration,
}
