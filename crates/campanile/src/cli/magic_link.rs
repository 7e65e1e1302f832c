//! Options of `magic-link`.

use campanile_domain::{EmailAddress, LinkPurpose, TenantId, UserId};
use clap::{Args, Subcommand};

use super::reach::ReachOptions;
use super::test::user;
use super::{Format, examples, tenant};

/// Options of `magic-link`.
#[derive(Debug, Args)]
pub(crate) struct MagicLinkOptions {
    #[command(subcommand)]
    pub(crate) action: MagicLinkAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// Actions on links without a login.
#[derive(Debug, Subcommand)]
pub(crate) enum MagicLinkAction {
    /// Make a link that opens a page of a user without a login, and print only the link. It works once, within 15 minutes.
    #[command(after_help = examples::MAGIC_LINK_CREATE)]
    Create {
        /// The user.
        #[arg(long, value_name = "ID", value_parser = user, required_unless_present = "email")]
        user: Option<UserId>,
        /// The email address of the user, instead of --user.
        #[arg(long, value_name = "ADDRESS", value_parser = email, conflicts_with = "user")]
        email: Option<EmailAddress>,
        /// What the link opens: notification_status or settings_view.
        #[arg(long, value_name = "PURPOSE")]
        purpose: LinkPurpose,
        /// Send the link to the user's address instead of printing it.
        #[arg(long)]
        send: bool,
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

fn email(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|error| error.to_string())
}
