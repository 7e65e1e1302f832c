//! Actions on the default preferences of a tenant.

use std::path::PathBuf;

use campanile_domain::TenantId;
use clap::Subcommand;

use super::{Format, examples, tenant};

/// Actions on a tenant's preferences.
#[derive(Debug, Subcommand)]
pub(crate) enum PreferencesAction {
    /// Show a tenant's default preferences, mandatory types and rate rules.
    #[command(after_help = examples::TENANT_PREFERENCES_SHOW)]
    Show {
        /// The tenant.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Replace the tenant's preferences. Deliveries deferred by quiet hours are rescheduled immediately.
    #[command(after_help = examples::TENANT_PREFERENCES_SET)]
    Set {
        /// The tenant.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// A JSON file with the body of PUT /api/v1/admin/preferences; - reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
