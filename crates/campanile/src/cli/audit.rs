//! Options of `audit`.

use std::path::PathBuf;

use campanile_app::audit::{KnownRow, decode_cursor};
use campanile_domain::{AuditDays, AuditId, TenantId};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::dlq::moment;
use super::{DataDirOptions, Format, examples, tenant};

/// Options of `audit`.
#[derive(Debug, Args)]
pub(crate) struct AuditOptions {
    #[command(subcommand)]
    pub(crate) action: AuditCommand,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List what operators did, most recent first.
    #[command(after_help = examples::AUDIT_LIST)]
    List(AuditListOptions),
    /// Write the audit log as JSON lines, oldest first.
    #[command(after_help = examples::AUDIT_EXPORT)]
    Export {
        /// The file to write (default: standard output). It must not exist.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Only entries after the one with this id.
        #[arg(long, value_name = "ID")]
        after: Option<uuid::Uuid>,
    },
    /// Check that no entry was changed, removed or added: say which, and exit with 1.
    ///
    /// Prints the number and the hash of the last entry. Keep them elsewhere and pass them as --known later: a person who can
    /// write to the database could replace the whole log, and --known then finds that the entry is missing.
    #[command(after_help = examples::AUDIT_VERIFY)]
    Verify {
        /// Also check that this entry is there: its number and its hash, as an earlier check printed them.
        #[arg(long, value_name = "NUMBER:HASH")]
        known: Option<KnownRow>,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show or set for how long entries are kept.
    #[command(after_help = examples::AUDIT_RETENTION)]
    Retention {
        /// Days from 30 to 3650, or `default`; left out: show the period.
        #[arg(value_name = "DAYS", value_parser = term)]
        days: Option<AuditTermOption>,
    },
}

/// Page, filters and output format.
#[derive(Debug, Args)]
pub(crate) struct AuditListOptions {
    /// Only acts of this actor.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// Only this action, e.g. provider.set.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only acts on this target, e.g. provider/main.
    #[arg(long)]
    pub(crate) target: Option<String>,
    /// Only acts at or after this time, e.g. 2026-01-31T08:00:00Z.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Only acts before this time.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) to: Option<DateTime<Utc>>,
    /// Maximum number of entries to print.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Continue after a page: the `next_cursor` of that page.
    #[arg(long, value_parser = cursor)]
    pub(crate) cursor: Option<AuditId>,
    /// Output format; json contains all fields.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Print all columns, even if the table gets wide.
    #[arg(long)]
    pub(crate) wide: bool,
}

/// A tenant's retention period of audit entries; `None` is the installation's default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditTermOption(pub(crate) Option<AuditDays>);

fn term(text: &str) -> Result<AuditTermOption, &'static str> {
    if text == "default" {
        return Ok(AuditTermOption(None));
    }
    let days = text.parse().ok().and_then(AuditDays::new);
    days.map(|days| AuditTermOption(Some(days)))
        .ok_or("expected days from 30 to 3650, or `default`")
}

fn cursor(text: &str) -> Result<AuditId, &'static str> {
    decode_cursor(text).ok_or("expected the `next_cursor` of a page")
}
