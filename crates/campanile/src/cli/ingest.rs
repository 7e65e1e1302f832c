//! Options of `ingest`.

use std::path::PathBuf;

use campanile_domain::{Channel, IngestKind, Priority, TenantId};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `ingest`.
#[derive(Debug, Args)]
pub(crate) struct IngestOptions {
    #[command(subcommand)]
    pub(crate) action: IngestAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Actions on ingest addresses.
#[derive(Debug, Subcommand)]
pub(crate) enum IngestAction {
    /// Create an address and print its key, which is not shown again.
    #[command(after_help = examples::INGEST_CREATE)]
    Create(CreateIngestOptions),
    /// List the addresses, without their keys.
    #[command(after_help = examples::INGEST_LIST)]
    List {
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        /// Print all columns, even if the table gets wide.
        #[arg(long)]
        wide: bool,
    },
    /// Revoke an address: within 5 s its key is refused everywhere.
    #[command(after_help = examples::INGEST_REVOKE)]
    Revoke {
        /// The id, as `campanile ingest list` prints it.
        id: Uuid,
    },
}

/// Options of `ingest create`.
#[derive(Debug, Args)]
pub(crate) struct CreateIngestOptions {
    /// The protocol that the program speaks: apprise, ntfy, alertmanager, grafana, webhook or mail_report.
    pub(crate) kind: IngestKind,
    /// A name for people; the title of notifications that have none.
    #[arg(long)]
    pub(crate) name: String,
    /// A user who is notified; may be given up to 100 times.
    #[arg(long = "user", value_name = "ID")]
    pub(crate) users: Vec<String>,
    /// The topic whose subscribers are notified, instead of users. With ntfy, neither is required: each message names its
    /// topic. A mail_report has neither.
    #[arg(long, value_name = "KEY", conflicts_with = "users")]
    pub(crate) topic: Option<String>,
    /// The type of the notifications (default: the name of the kind).
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) notification_type: Option<String>,
    /// The priority of messages that name none: critical, high, normal or low.
    #[arg(long)]
    pub(crate) priority: Option<Priority>,
    /// The channels (default: all that the tenant has configured and the user allows).
    #[arg(long, value_delimiter = ',', value_name = "CHANNEL,…", value_parser = super::channel)]
    pub(crate) channels: Vec<Channel>,
    /// How many calls are accepted, such as `60/m burst 20` (default `10/s burst 100`).
    #[arg(long, value_name = "RATE")]
    pub(crate) rate_limit: Option<String>,
    /// Also notify when a group of alerts is resolved.
    #[arg(long)]
    pub(crate) notify_resolved: bool,
    /// A JSON file that maps parts of a webhook's body to a notification, such as {"title": "/issue/title"}.
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Require that the calls of a webhook are signed, and print the secret.
    #[arg(long)]
    pub(crate) signed: bool,
}
