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
    /// Whose dead letters.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum DlqAction {
    /// List them, those that died last first.
    #[command(after_help = examples::DLQ_LIST)]
    List(ListOptions),
    /// Deliver them again, the oldest first: due at once, with the whole ladder of retries.
    ///
    /// What is dead when the command starts; what dies again meanwhile is not replayed once more.
    #[command(after_help = examples::DLQ_REPLAY)]
    Replay(Choice),
    /// Remove them for good; their deliveries stay `dead` in the timeline.
    #[command(after_help = examples::DLQ_PURGE)]
    Purge {
        #[command(flatten)]
        choice: Choice,
        /// Really remove what filters or --all choose; not needed with --id.
        #[arg(long)]
        yes: bool,
    },
}

/// Which page, and how to print it.
#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// Lines of the page.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Continue after a page: its `next_cursor`.
    #[arg(long, value_parser = cursor)]
    pub(crate) cursor: Option<DeadLetterCursor>,
    /// How to print them; json has everything.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// All columns, however wide the table becomes.
    #[arg(long)]
    pub(crate) wide: bool,
}

/// Which dead letters by what they have in common.
#[derive(Debug, Clone, Args)]
pub(crate) struct Filters {
    /// Only of this channel.
    #[arg(long)]
    pub(crate) channel: Option<Channel>,
    /// Only with exactly this code.
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Died at or after, e.g. 2026-01-31T08:00:00Z.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Died before.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub(crate) to: Option<DateTime<Utc>>,
}

/// Which dead letters: these, those that filters match, or all.
#[derive(Debug, Clone, Args)]
pub(crate) struct Choice {
    /// Only these; may be given several times.
    #[arg(
        long = "id",
        value_name = "ID,…",
        value_delimiter = ',',
        conflicts_with_all = ["all", "channel", "code", "from", "to"]
    )]
    pub(crate) ids: Vec<Uuid>,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// All of the tenant's.
    #[arg(long, conflicts_with_all = ["channel", "code", "from", "to"])]
    pub(crate) all: bool,
}

fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .map_err(|_| "expected a moment in RFC 3339, e.g. 2026-01-31T08:00:00Z")
}

fn cursor(text: &str) -> Result<DeadLetterCursor, &'static str> {
    decode_cursor(text).ok_or("expected the `next_cursor` of a page")
}
