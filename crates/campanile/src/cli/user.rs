//! Options of `user`.

use std::path::PathBuf;

use campanile_domain::{TenantId, UserId};
use clap::{Args, Subcommand};

use super::{DataDirOptions, examples, tenant};

/// Options of `user`.
#[derive(Debug, Args)]
pub(crate) struct UserOptions {
    #[command(subcommand)]
    pub(crate) action: UserCommand,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
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
}

fn user(text: &str) -> Result<UserId, campanile_domain::InvalidName> {
    UserId::parse(text)
}
