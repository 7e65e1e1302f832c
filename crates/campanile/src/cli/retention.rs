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

/// What to do about terms.
#[derive(Debug, Subcommand)]
pub(crate) enum RetentionAction {
    /// Remove for good what is past its term, as workers do once a day.
    ///
    /// May be run anywhere at any time, and broken off. Exit 1 where another process is at it.
    #[command(after_help = examples::RETENTION_RUN)]
    Run {
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show a tenant's term.
    #[command(after_help = examples::RETENTION_SHOW)]
    Show {
        /// Whose.
        #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
        tenant: TenantId,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Set a tenant's own term, or go back to the installation's.
    #[command(after_help = examples::RETENTION_SET)]
    Set {
        /// Whose.
        #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
        tenant: TenantId,
        /// Days from 1 to 3650, or `default`.
        #[arg(value_name = "DAYS", value_parser = term)]
        days: Term,
    },
}

/// A tenant's own term; `None` is the installation's.
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
