//! An account as it is shown, and all of a tenant's.

use campanile_providers::ProviderShown;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// An account without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub(super) struct Item {
    /// What the tenant calls it.
    #[schema(example = "main")]
    name: String,
    /// What it serves.
    #[schema(example = "push")]
    channel: &'static str,
    /// As they were set, without the secrets.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// The names of the secrets that are set.
    #[schema(example = json!(["private_key"]))]
    secrets: Vec<String>,
    /// Until when a webhook is signed with its earlier secret too, while that is so.
    #[schema(required)]
    previous_secret_expires_at: Option<DateTime<Utc>>,
    /// Its share of the channel's deliveries, if one was set.
    #[schema(required)]
    weight: Option<u32>,
    /// The provider that takes over while this one is left alone or cannot be used.
    #[schema(required)]
    failover_to: Option<String>,
    /// `ready`; `open`: it failed again and again, or has sent as much as it may, and is left alone for
    /// a while; `misconfigured`: only a person can mend it, or its credential for the platform that
    /// `detail` names; `paused`: its receiver answered 410, and it is not called until it is set again
    /// or resumed. As the workers see it, seconds ago.
    #[schema(example = "ready")]
    state: &'static str,
    /// Why it is not ready.
    #[schema(required, example = json!(null))]
    detail: Option<String>,
    /// Since when it is not ready.
    #[schema(required)]
    since: Option<DateTime<Utc>>,
    /// When it was last set.
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

/// A tenant's accounts; also what `campanile provider list` prints.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderList {
    /// By name.
    providers: Vec<Item>,
}

impl From<Vec<ProviderShown>> for ProviderList {
    fn from(all: Vec<ProviderShown>) -> Self {
        Self {
            providers: all.into_iter().map(Item::from).collect(),
        }
    }
}
