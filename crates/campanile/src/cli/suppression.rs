//! Options of `suppression`.

use std::path::PathBuf;

use campanile_app::suppressions::decode_cursor;
use campanile_domain::{
    Channel, InvalidName, NotificationType, SuppressionKey, SuppressionReason, TenantId,
};
use clap::{Args, Subcommand};

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `suppression`.
#[derive(Debug, Args)]
pub(crate) struct SuppressionOptions {
    #[command(subcommand)]
    pub(crate) action: SuppressionCommand,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// What is done with the suppression list.
#[derive(Debug, Subcommand)]
pub(crate) enum SuppressionCommand {
    /// List addresses that are not used, by channel, address and type.
    #[command(after_help = examples::SUPPRESSION_LIST)]
    List {
        /// Only this channel.
        #[arg(long)]
        channel: Option<Channel>,
        /// Maximum number of entries to print.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
        /// Continue after a page: the `next_cursor` of that page.
        #[arg(long, value_parser = cursor)]
        cursor: Option<SuppressionKey>,
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Add addresses: nothing is sent to them any more.
    #[command(after_help = examples::SUPPRESSION_ADD)]
    Add {
        /// The addresses.
        #[arg(required = true, value_name = "ADDRESS")]
        addresses: Vec<String>,
        #[command(flatten)]
        about: About,
        /// Why: manual, hard_bounce, complaint or unsubscribe.
        #[arg(long, default_value = "manual")]
        reason: SuppressionReason,
    },
    /// Add the addresses of a file, one per line.
    ///
    /// Adds them 1,000 at a time. A line that is wrong is named before anything is added.
    #[command(after_help = examples::SUPPRESSION_IMPORT)]
    Import {
        /// The file, or - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        about: About,
        /// Why: manual, hard_bounce, complaint or unsubscribe.
        #[arg(long, default_value = "manual")]
        reason: SuppressionReason,
    },
    /// Take a bounce or a complaint as it came by mail: the command for the mail server's pipe.
    ///
    /// Reads one mail, a delivery status notification (RFC 3464) or a feedback report (RFC 5965). If it says that the
    /// mailbox does not exist, or that its owner complains, and quotes a mail that was sent to this address, the address is
    /// added to the list. Anything else is ignored. Exits with 75 if it could not be taken, so that the mail server tries
    /// again later.
    #[command(after_help = examples::SUPPRESSION_REPORT)]
    Report {
        /// The file, or - for standard input.
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Remove an address: it may be used again.
    #[command(after_help = examples::SUPPRESSION_REMOVE)]
    Remove {
        /// The address.
        #[arg(value_name = "ADDRESS")]
        address: String,
        #[command(flatten)]
        about: About,
    },
}

/// What an entry is about besides its address.
#[derive(Debug, Args)]
pub(crate) struct About {
    /// The channel: email or push.
    #[arg(long, default_value = "email")]
    pub(crate) channel: Channel,
    /// Only notifications of this type.
    #[arg(long = "type", value_name = "TYPE", value_parser = notification_type)]
    pub(crate) notification_type: Option<NotificationType>,
}

fn notification_type(text: &str) -> Result<NotificationType, InvalidName> {
    NotificationType::parse(text)
}

fn cursor(text: &str) -> Result<SuppressionKey, &'static str> {
    decode_cursor(text).ok_or("expected the `next_cursor` of a page")
}
