//! Options of `user`.

use std::path::PathBuf;

use campanile_domain::{TenantId, UserId};
use clap::{Args, Subcommand};

use super::{Format, ReachOptions, examples, tenant};

/// Options of `user`.
#[derive(Debug, Args)]
pub(crate) struct UserOptions {
    #[command(subcommand)]
    pub(crate) action: UserCommand,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// What is done about a user.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Write everything that is stored about a user as JSON lines.
    ///
    /// The addresses of devices are complete, and they allow pushing to the devices: hand the file only to the person.
    #[command(after_help = examples::USER_EXPORT)]
    Export {
        /// The tenant's id of the user.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// The file to write (default: standard output). It must not exist.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Erase a user and everything about them, and print the receipt.
    ///
    /// The receipt says how much of each kind was removed, and nothing about the user. The audit log holds the same.
    #[command(after_help = examples::USER_ERASE)]
    Erase {
        /// The tenant's id of the user.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// Erase without asking again.
        #[arg(long)]
        yes: bool,
        /// How the receipt is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Merge a user into another one: everything of USER is moved, and USER is removed.
    ///
    /// Workers do that in steps. The command waits for the end and shows a progress bar; if it is interrupted, the merge goes on, and
    /// the same command shows it again. Of what a person has once, such as preferences or an email address, that of the user who is
    /// kept stays.
    #[command(after_help = examples::USER_MERGE)]
    Merge {
        /// The tenant's id of the user who is removed.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// The tenant's id of the user who is kept.
        #[arg(long, value_name = "USER", value_parser = user)]
        into: UserId,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Set, list or remove the addresses of a user in chat and phone services.
    ///
    /// A user has one address for each channel, and it is used if the tenant's provider of the channel has none among its settings.
    /// With --url, the token needs the scope notifications:send.
    #[command(after_help = examples::USER_ADDRESS)]
    Address {
        #[command(subcommand)]
        action: UserAddressAction,
    },
}

/// What is done about the addresses of a user.
#[derive(Debug, Subcommand)]
pub(crate) enum UserAddressAction {
    /// Set the address of a user in a channel, in the place of an earlier one.
    #[command(after_help = examples::USER_ADDRESS_SET)]
    Set {
        /// The tenant's id of the user.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// The channel, such as telegram; `campanile recipe show` says what its addresses are.
        #[arg(long)]
        channel: String,
        /// The address; - reads standard input, so that a secret is not seen in the list of processes.
        #[arg(long, allow_hyphen_values = true)]
        address: String,
    },
    /// List the addresses of a user. Those that are secret are shortened.
    #[command(after_help = examples::USER_ADDRESS_LIST)]
    List {
        /// The tenant's id of the user.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Remove the address of a user in a channel.
    #[command(after_help = examples::USER_ADDRESS_REMOVE)]
    Remove {
        /// The tenant's id of the user.
        #[arg(value_name = "USER", value_parser = user)]
        user: UserId,
        /// The channel.
        #[arg(long)]
        channel: String,
    },
}

fn user(text: &str) -> Result<UserId, campanile_domain::InvalidName> {
    UserId::parse(text)
}
