//! Options of `dlq`.

use campanile_app::dead_letters::decode_cursor;
use campanile_domain::{Channel, TenantId};
use campanile_storage::DeadLetterCursor;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `dlq`.
#[derive(Debug, Args)]
pub(crate) struct DlqOptions {
    #[command(subcommand)]
    pub(crate) action: DlqAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Actions on dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum DlqAction {
    /// List dead letters, most recent first.
    #[command(after_help = examples::DLQ_LIST)]
    List(ListOptions),
    /// Replay dead letters, oldest first: due immediately, with the full retry schedule.
    ///
    /// Replays the deliveries that are dead when the command starts. A delivery that dies again meanwhile is not
    /// replayed twice.
    #[command(after_help = examples::DLQ_REPLAY)]
    Replay(Choice),
    /// Permanently remove dead letters. The deliveries stay `dead` in the timeline.
    #[command(after_help = examples::DLQ_PURGE)]
    Purge {
        #[command(flatten)]
        choice: Choice,
        /// Confirm the removal; required with filters or --all, not with --id.
        #[arg(long)]
        yes: bool,
    },
}

/// Page and output format.
#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// Maximum number of entries to print.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Continue after a page: the `next_cursor` of that page.
    #[arg(long, value_parser = cursor)]
    pub(crate) cursor: Option<DeadLetterCursor>,
    /// Output format; json contains all fields.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Print all columns, even if the table gets wide.
    #[arg(long)]
    pub(crate) wide: bool,
}

/// Filters for dead letters.
#[derive(Debug, Clone, Args)]
pub(crate) struct Filters {
    /// Only deliveries of this channel.
    #[arg(long, value_parser = super::channel)]
    pub(crate) channel: Option<Channel>,
    /// Only dead letters with exactly this code.
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Only deliveries that died at or after this time, e.g. 2026-01-31T08:00:00Z.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Only deliveries that died before this time.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) to: Option<DateTime<Utc>>,
}

/// The selection: by ids, by filters, or all.
#[derive(Debug, Clone, Args)]
pub(crate) struct Choice {
    /// Only these dead letters; may be given several times.
    #[arg(
        long = "id",
        value_name = "ID,…",
        value_delimiter = ',',
        conflicts_with_all = ["all", "channel", "code", "from", "to"]
    )]
    pub(crate) ids: Vec<Uuid>,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// All dead letters of the tenant.
    #[arg(long, conflicts_with_all = ["channel", "code", "from", "to"])]
    pub(crate) all: bool,
}

pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .map_err(|_| "expected a time in RFC 3339 format, e.g. 2026-01-31T08:00:00Z")
}

fn cursor(text: &str) -> Result<DeadLetterCursor, &'static str> {
    decode_cursor(text).ok_or("expected the `next_cursor` of a page")
}
