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
    /// Whose providers.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// What to do with providers.
#[derive(Debug, Subcommand)]
pub(crate) enum ProviderAction {
    /// Create a provider or replace it.
    ///
    /// A secret left out is kept from before, as long as it goes nowhere else than before.
    #[command(after_help = examples::PROVIDER_SET)]
    Set {
        /// What the tenant calls it: 1 to 64 characters of a-z, 0-9, _, . and -.
        #[arg(value_parser = provider)]
        name: ProviderName,
        /// What it serves: push, email or webhook.
        #[arg(long)]
        channel: Channel,
        /// A file with the `settings` that the API takes, as JSON; - reads them from the input.
        /// For push Google's service account file is taken as it is.
        #[arg(long, value_name = "FILE")]
        settings: PathBuf,
        /// Its share of the channel's deliveries, from 1 to 1000, beside the tenant's other providers
        /// of the channel; left out, it is 1, or nothing for one that others fail over to.
        #[arg(long)]
        weight: Option<u32>,
        /// The provider that takes over while this one makes no calls.
        #[arg(long, value_name = "NAME", value_parser = provider)]
        failover_to: Option<ProviderName>,
    },
    /// List them, without their secrets, and how they stand.
    #[command(after_help = examples::PROVIDER_LIST)]
    List {
        /// How to print them; json has everything.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        /// All columns, however wide the table becomes.
        #[arg(long)]
        wide: bool,
    },
    /// Call a receiver again that answered 410 Gone and was paused.
    ///
    /// Workers call it again within seconds, and what waited for it goes on. `settings` is the name
    /// of the accounts that the settings describe.
    #[command(after_help = examples::PROVIDER_RESUME)]
    Resume {
        /// Its name.
        #[arg(value_parser = provider)]
        name: ProviderName,
    },
    /// Remove a provider and its secrets; its deliveries wait for another.
    #[command(after_help = examples::PROVIDER_REMOVE)]
    Remove {
        /// Its name.
        #[arg(value_parser = provider)]
        name: ProviderName,
    },
}

fn provider(name: &str) -> Result<ProviderName, InvalidName> {
    ProviderName::parse(name)
}
