//! Options of `encryption`.

use std::time::Duration;

use campanile_domain::TenantId;
use clap::{Args, Subcommand};

use super::reach::ReachOptions;
use super::{Format, examples, tenant};

/// Options of `encryption`.
#[derive(Debug, Args)]
pub(crate) struct EncryptionOptions {
    #[command(subcommand)]
    pub(crate) action: EncryptionAction,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// What is done about keys, and about what they encrypt.
#[derive(Debug, Subcommand)]
pub(crate) enum EncryptionAction {
    /// Show the data keys of a tenant and how far their rotation is.
    #[command(after_help = examples::ENCRYPTION_STATUS)]
    Status {
        /// The tenant.
        #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
        tenant: TenantId,
        /// Show how far the rotation of the master key is.
        #[arg(long, conflicts_with = "tenant")]
        master: bool,
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Replace data keys, or encrypt all data keys with a new master key.
    ///
    /// A tenant gets a new data key, and workers encrypt with it what the former key has encrypted. The former key is removed once
    /// nothing is left of it, three minutes later at the earliest. The command waits for the end and shows a progress bar; if it is interrupted, the
    /// rotation goes on, and the same command shows it again.
    #[command(after_help = examples::ENCRYPTION_ROTATE)]
    Rotate {
        #[command(flatten)]
        whose: Whose,
        /// Encrypt all data keys with CAMPANILE_MASTER_KEY, after CAMPANILE_MASTER_KEY_PREVIOUS.
        #[arg(long, group = "whom")]
        master: bool,
        /// With --all: only data keys that are older, e.g. 90d.
        #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration, requires = "all")]
        older_than: Option<Duration>,
        /// Do not wait for the end.
        #[arg(long)]
        no_wait: bool,
    },
    /// Encrypt what was stored before texts were encrypted.
    ///
    /// Workers do that in steps, beside everything else. The command waits for the end and shows a progress bar; if it is
    /// interrupted, the work goes on, and the same command shows it again.
    #[command(after_help = examples::ENCRYPTION_ENCRYPT)]
    Encrypt {
        #[command(flatten)]
        whose: Whose,
        /// Do not wait for the end.
        #[arg(long)]
        no_wait: bool,
    },
}

/// Whose rows.
#[derive(Debug, Args)]
#[group(id = "whom", required = true, multiple = false)]
pub(crate) struct Whose {
    /// The tenant.
    #[arg(long, value_name = "NAME", value_parser = tenant)]
    pub(crate) tenant: Option<TenantId>,
    /// All tenants, one after the other.
    #[arg(long)]
    pub(crate) all: bool,
}
