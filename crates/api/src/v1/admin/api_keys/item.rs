//! A key as it is shown: without its secret, except once.

use campanile_app::api_keys::CreatedKey;
use campanile_domain::{ApiKey, ApiKeyId, ScopeName, UserId};
use campanile_fields::kinds::NameOf;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The schema of a scope's name.
type ScopeSchema = NameOf<ScopeName>;

/// An API key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(super) struct Item {
    /// The id, which is also part of the key: `cmp_<id without hyphens>_…`.
    #[schema(value_type = uuid::Uuid)]
    id: ApiKeyId,
    /// What the key is for.
    #[schema(example = "billing service")]
    name: String,
    /// What it allows.
    #[schema(value_type = Vec<ScopeSchema>, example = json!(["notifications:send"]))]
    scopes: Vec<&'static str>,
    /// The user for whom the scope `inbox` acts.
    #[schema(required, value_type = Option<String>)]
    user_id: Option<UserId>,
    /// The networks from which it can be used; any if the list is empty.
    #[schema(example = json!(["10.0.0.0/8"]))]
    networks: Vec<String>,
    /// `active`, `expired` or `revoked`.
    #[schema(example = "active")]
    status: &'static str,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// The subject of the token or key that created it.
    #[schema(example = "ann")]
    created_by: String,
    /// From when on it is rejected.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute.
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
    /// The id of the key that it replaces.
    #[schema(required, value_type = Option<uuid::Uuid>)]
    replaces: Option<ApiKeyId>,
}

impl Item {
    pub(super) fn new(key: ApiKey, now: DateTime<Utc>) -> Self {
        Self {
            status: key.state(now).name(),
            id: key.id,
            name: key.name,
            scopes: key.scopes.iter().map(|scope| scope.name()).collect(),
            user_id: key.user,
            networks: key.networks.iter().map(ToString::to_string).collect(),
            created_at: key.created_at,
            created_by: key.created_by,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            replaces: key.replaces,
        }
    }
}

/// An API key that was just created.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedApiKey)]
pub(super) struct CreatedItem {
    /// The whole key. It is shown only now: only its hash is stored.
    #[schema(example = "cmp_01939b1e000070008000000000000000_8Z3k…")]
    key: String,
    #[serde(flatten)]
    item: Item,
}

impl CreatedItem {
    pub(super) fn new(created: CreatedKey, now: DateTime<Utc>) -> Self {
        Self {
            key: created.text.reveal().to_owned(),
            item: Item::new(created.key, now),
        }
    }
}
