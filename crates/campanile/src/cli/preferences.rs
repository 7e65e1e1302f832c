//! What to do about the preferences that hold for a tenant's users.

use std::path::PathBuf;

use campanile_domain::TenantId;
use clap::Subcommand;

use super::{Format, examples, tenant};

/// What to do about a tenant's preferences.
#[derive(Debug, Subcommand)]
pub(crate) enum PreferencesAction {
    /// Show what holds for users who have not chosen, and which types are mandatory.
    #[command(after_help = examples::TENANT_PREFERENCES_SHOW)]
    Show {
        /// Whose.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Replace it. What waits for quiet hours is looked at again at once.
    #[command(after_help = examples::TENANT_PREFERENCES_SET)]
    Set {
        /// Whose.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// A file with the JSON that PUT /api/v1/admin/preferences takes; - reads it from the input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
