//! Options of `provider`.

use std::path::PathBuf;

use campanile_domain::{Channel, InvalidName, ProviderName, TenantId};
use clap::{Args, Subcommand};

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `provider`.
#[derive(Debug, Args)]
pub(crate) struct ProviderOptions {
    #[command(subcommand)]
    pub(crate) action: ProviderAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Actions on providers.
#[derive(Debug, Subcommand)]
pub(crate) enum ProviderAction {
    /// Create or replace a provider.
    ///
    /// A secret that is left out keeps its stored value, as long as the fields that decide where it is sent do not
    /// change.
    #[command(after_help = examples::PROVIDER_SET)]
    Set {
        /// The name: 1 to 64 characters of a-z, 0-9, _, . and -.
        #[arg(value_parser = provider)]
        name: ProviderName,
        /// The channel: push, web_push, apns, email, webhook, slack, discord, pushover, apprise, or a recipe that this
        /// installation serves.
        #[arg(long, value_parser = super::channel)]
        channel: Channel,
        /// A JSON file with the `settings` as the API accepts them; - reads standard input. For push, use the service
        /// account file from Google as it is.
        #[arg(long, value_name = "FILE")]
        settings: PathBuf,
        /// The weight among the tenant's providers of the channel, from 1 to 1000 (default 1, or 0 for a failover
        /// target).
        #[arg(long)]
        weight: Option<u32>,
        /// The failover target: the provider that takes over while this one is unavailable.
        #[arg(long, value_name = "NAME", value_parser = provider)]
        failover_to: Option<ProviderName>,
    },
    /// Explain the settings of a channel that a recipe describes: slack, discord, pushover, apprise and others.
    #[command(after_help = examples::PROVIDER_EXPLAIN)]
    Explain {
        /// The channel.
        #[arg(value_parser = super::channel)]
        channel: Channel,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// List providers, without their secrets, and the state of each.
    #[command(after_help = examples::PROVIDER_LIST)]
    List {
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        /// Print all columns, even if the table gets wide.
        #[arg(long)]
        wide: bool,
    },
    /// Resume a provider that was paused because its receiver answered 410 Gone.
    ///
    /// Workers call it again within seconds, and its deferred deliveries continue. The name `settings` stands for the
    /// accounts from the installation's settings.
    #[command(after_help = examples::PROVIDER_RESUME)]
    Resume {
        /// The name.
        #[arg(value_parser = provider)]
        name: ProviderName,
    },
    /// Remove a provider and its secrets. Its deliveries are deferred until the channel has a provider again.
    #[command(after_help = examples::PROVIDER_REMOVE)]
    Remove {
        /// The name.
        #[arg(value_parser = provider)]
        name: ProviderName,
    },
}

fn provider(name: &str) -> Result<ProviderName, InvalidName> {
    ProviderName::parse(name)
}
