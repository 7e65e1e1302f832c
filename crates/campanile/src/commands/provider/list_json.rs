//! A tenant's providers as `--format json` prints them.

use campanile_providers::ProviderShown;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

/// The same names as the API's, for scripts that read both; `tests/it/same_json.rs` compares them.
#[derive(Serialize)]
pub(super) struct ListJson {
    providers: Vec<ProviderJson>,
}

#[derive(Serialize)]
struct ProviderJson {
    name: String,
    channel: &'static str,
    settings: Map<String, Value>,
    secrets: Vec<String>,
    previous_secret_expires_at: Option<DateTime<Utc>>,
    weight: Option<u32>,
    failover_to: Option<String>,
    state: &'static str,
    detail: Option<String>,
    since: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl From<Vec<ProviderShown>> for ListJson {
    fn from(all: Vec<ProviderShown>) -> Self {
        Self {
            providers: all.into_iter().map(ProviderJson::from).collect(),
        }
    }
}

impl From<ProviderShown> for ProviderJson {
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
