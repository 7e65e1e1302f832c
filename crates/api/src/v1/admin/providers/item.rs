//! An account as it is shown, and all of a tenant's.

use campanile_providers::ProviderShown;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A provider account, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub(super) struct Item {
    /// Name of the provider.
    #[schema(example = "main")]
    name: String,
    /// The channel that it serves.
    #[schema(example = "push")]
    channel: &'static str,
    /// The settings, without the secrets.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// Names of the secrets that are set.
    #[schema(example = json!(["private_key"]))]
    secrets: Vec<String>,
    /// Until when webhooks are also signed with the previous secret. Absent if they are not.
    #[schema(required)]
    previous_secret_expires_at: Option<DateTime<Utc>>,
    /// Weight of the provider among those of its channel, if set.
    #[schema(required)]
    weight: Option<u32>,
    /// The failover target: the provider that takes over while this one is unavailable.
    #[schema(required)]
    failover_to: Option<String>,
    /// `ready`. `open`: the circuit breaker is open after repeated failures or because a quota is exhausted; the
    /// provider is not called for a while. `misconfigured`: an operator must correct the settings, or the credential
    /// for the platform named in `detail`. `paused`: the receiver answered 410; the provider is not called until it
    /// is updated or resumed. The state is as workers reported it seconds ago.
    #[schema(example = "ready")]
    state: &'static str,
    /// Why the provider is not ready.
    #[schema(required, example = json!(null))]
    detail: Option<String>,
    /// Since when the provider has not been ready.
    #[schema(required)]
    since: Option<DateTime<Utc>>,
    /// When the settings last changed.
    updated_at: DateTime<Utc>,
}

impl From<ProviderShown> for Item {
    fn from(shown: ProviderShown) -> Self {
        Self {
            name: shown.name,
            channel: shown.channel,
            settings: shown.settings,
            secrets: shown.secrets,
            previous_secret_expires_at: shown.previous_secret_expires_at,
            weight: shown.weight,
            failover_to: shown.failover_to,
            state: shown.state.name(),
            detail: shown.detail,
            since: shown.since,
            updated_at: shown.updated_at,
        }
    }
}

/// A tenant's providers. `campanile provider list --format json` prints the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProviderList {
    /// The providers, ordered by name.
    providers: Vec<Item>,
}

impl From<Vec<ProviderShown>> for ProviderList {
    fn from(all: Vec<ProviderShown>) -> Self {
        Self {
            providers: all.into_iter().map(Item::from).collect(),
        }
    }
}
