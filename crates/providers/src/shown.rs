//! An account as callers see it.

use campanile_storage::Provider;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Account, ProviderState, rotation};

/// The half of an account that is stored open. The names of the secrets are part of it, so that a
/// list needs no key.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) settings: Map<String, Value>,
    pub(crate) secrets: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous_secret_expires_at: Option<DateTime<Utc>>,
}

impl Kept {
    pub(crate) fn of(account: &Account) -> String {
        let kept = Self {
            settings: account.public.clone(),
            secrets: account.secrets.keys().cloned().collect(),
            previous_secret_expires_at: rotation::expires_at(&account.previous),
        };
        serde_json::to_string(&kept).expect("JSON is JSON")
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// An account as it is shown: everything but its secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderShown {
    /// Name of the provider.
    pub name: String,
    /// The channel that it serves.
    pub channel: &'static str,
    /// Without the secrets.
    pub settings: Map<String, Value>,
    /// Names of the secrets that are set.
    pub secrets: Vec<String>,
    /// Until when a webhook is signed with an earlier secret too.
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
    /// Its share of the channel, if one was set.
    pub weight: Option<u32>,
    /// Who takes over while it makes no calls.
    pub failover_to: Option<String>,
    /// How it stands.
    pub state: ProviderState,
    /// Why it is not ready, without secrets and addresses.
    pub detail: Option<String>,
    /// Since when the provider has not been ready.
    pub since: Option<DateTime<Utc>>,
    /// When the settings last changed.
    pub updated_at: DateTime<Utc>,
}

impl ProviderShown {
    /// An earlier secret that signs no longer is not worth telling.
    pub(crate) fn forget_expired(&mut self, now: DateTime<Utc>) {
        let until = &mut self.previous_secret_expires_at;
        *until = until.filter(|until| now < *until);
    }
}

impl From<Provider> for ProviderShown {
    fn from(provider: Provider) -> Self {
        // What another version wrote is listed all the same, so that it can be seen and removed.
        let kept = Kept::parse(&provider.settings).unwrap_or(Kept {
            settings: Map::new(),
            secrets: Vec::new(),
            previous_secret_expires_at: None,
        });
        Self {
            name: provider.name.to_string(),
            channel: provider.channel.name(),
            settings: kept.settings,
            secrets: kept.secrets,
            previous_secret_expires_at: kept.previous_secret_expires_at,
            weight: provider.weight,
            failover_to: provider.failover_to.map(|name| name.to_string()),
            state: ProviderState::Ready,
            detail: None,
            since: None,
            updated_at: provider.updated_at,
        }
    }
}
