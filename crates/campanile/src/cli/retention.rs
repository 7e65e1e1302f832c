//! Options of `retention`.

use campanile_domain::{RetentionDays, TenantId};
use clap::{Args, Subcommand};

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `retention`.
#[derive(Debug, Args)]
pub(crate) struct RetentionOptions {
    #[command(subcommand)]
    pub(crate) action: RetentionAction,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Actions on retention.
#[derive(Debug, Subcommand)]
pub(crate) enum RetentionAction {
    /// Permanently remove notifications older than the retention period, as workers do once a day.
    ///
    /// Can be run at any time and interrupted safely. Exits with 1 if another process is running retention.
    #[command(after_help = examples::RETENTION_RUN)]
    Run {
        /// Only print what would be removed.
        #[arg(long)]
        dry_run: bool,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show a tenant's retention period.
    #[command(after_help = examples::RETENTION_SHOW)]
    Show {
        /// The tenant.
        #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
        tenant: TenantId,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Set a tenant's retention period, or reset it to the installation's default.
    #[command(after_help = examples::RETENTION_SET)]
    Set {
        /// The tenant.
        #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
        tenant: TenantId,
        /// Days from 1 to 3650, or `default`.
        #[arg(value_name = "DAYS", value_parser = term)]
        days: Term,
    },
}

/// A tenant's retention period; `None` is the installation's default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Term(pub(crate) Option<RetentionDays>);

fn term(text: &str) -> Result<Term, &'static str> {
    if text == "default" {
        return Ok(Term(None));
    }
    let days = text.parse().ok().and_then(RetentionDays::new);
    days.map(|days| Term(Some(days)))
        .ok_or("expected days from 1 to 3650, or `default`")
}
