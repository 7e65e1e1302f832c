//! A tenant as it is shown.

use campanile_app::tenants::ladder_texts;
use campanile_domain::{LinkScheme, TemplateLimits, Tenant, TenantId, TokenKeys};
use campanile_links::Links;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(super) struct Item {
    /// The name.
    #[schema(value_type = String, example = "acme")]
    tenant: TenantId,
    /// `active`, `suspended`, or `removing` while what it has is being removed.
    #[schema(example = "active")]
    status: &'static str,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Since when it is suspended.
    #[schema(required)]
    suspended_at: Option<DateTime<Utc>>,
    /// The pauses between the attempts of a delivery; `null`: the default.
    #[schema(required, example = json!(["5s", "30s", "2m"]))]
    retry_ladder: Option<Vec<String>>,
    /// The schemes besides https that links may have.
    #[schema(value_type = Vec<String>, example = json!(["myapp"]))]
    link_schemes: Vec<LinkScheme>,
    /// The locale of users who have none; `null`: English.
    #[schema(required, example = "de-AT")]
    locale: Option<String>,
    /// Whether pushes tell apps how many notifications are unread.
    push_badge: bool,
    /// Whether it is counted which mails are opened.
    track_opens: bool,
    /// Whether it is counted in which mails a link is opened.
    track_clicks: bool,
    /// How many days notifications are kept; `null`: the installation's default.
    #[schema(required)]
    retention_days: Option<u32>,
    /// How many active API keys it can have.
    #[schema(example = 100)]
    max_api_keys: u32,
    /// How many requests it can make; `null`: the installation's default.
    #[schema(required, example = "600/m burst 50")]
    max_requests: Option<String>,
    /// How many requests to send it can make; `null`: the installation's default.
    #[schema(required, example = "100/s burst 100")]
    max_sends: Option<String>,
    /// How many open streams it can have on each server; `null`: the installation's default.
    #[schema(required, example = 500)]
    max_streams: Option<u32>,
    /// How many notification types can have templates or a schema.
    #[schema(example = 200)]
    max_types: u32,
    /// How many recipients one of its requests can name.
    #[schema(example = 1_000)]
    max_recipients: u32,
    /// How much of it can wait to be planned, sent or retried; `null`: no limit.
    #[schema(required, example = 50_000)]
    max_queued: Option<u32>,
    /// How many notifications it can have stored; `null`: no limit.
    #[schema(required, example = 1_000_000)]
    max_notifications: Option<u32>,
    /// The JWK set of public keys that verify tokens of this tenant, besides the keys of the installation; `null`: none.
    #[schema(required, value_type = Option<TokenKeySet>)]
    token_keys: Option<Value>,
    /// What keeps a setting from having an effect. Empty as a rule.
    #[schema(example = json!([]))]
    warnings: Vec<&'static str>,
}

/// Public keys that verify tokens.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that `TokenKeys` writes")]
struct TokenKeySet {
    /// At most 8.
    keys: Vec<TokenKey>,
}

/// A public key (RFC 7517) with the members that verifying takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that `TokenKeys` writes")]
struct TokenKey {
    /// `RSA`, `EC` or `OKP`.
    #[schema(example = "OKP")]
    kty: String,
    /// `RS256`, `ES256` or `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: String,
    /// The name by which tokens choose the key.
    #[schema(example = "2027-01")]
    kid: Option<String>,
    /// The curve of an `EC` or `OKP` key.
    #[schema(example = "Ed25519")]
    crv: Option<String>,
    /// The modulus of an `RSA` key.
    n: Option<String>,
    /// The public exponent of an `RSA` key.
    e: Option<String>,
    /// A coordinate of an `EC` key, or an `OKP` key.
    #[schema(example = "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0")]
    x: Option<String>,
    /// A coordinate of an `EC` key.
    y: Option<String>,
}

/// What is said where mails are to be tracked, and no links can be made.
const NOT_TRACKED: &str =
    "CAMPANILE_PUBLIC_URL is not an https address, so opens and clicks of mails are not tracked";

/// How many types of a tenant can have templates or a schema.
pub(super) fn most_types(tenant: &Tenant) -> u32 {
    let most = u32::try_from(TemplateLimits::TYPES).unwrap_or(u32::MAX);
    tenant.limits.types.map_or(most, |own| own.min(most))
}

impl Item {
    /// As it is shown by an installation whose workers make these links.
    pub(super) fn of(tenant: Tenant, links: &Links) -> Self {
        let is_tracked = tenant.track_opens || tenant.track_clicks;
        let warning = (is_tracked && !links.can_be_made()).then_some(NOT_TRACKED);
        Self {
            warnings: warning.into_iter().collect(),
            status: tenant.status(),
            created_at: tenant.created_at,
            suspended_at: tenant.suspended_at,
            retry_ladder: tenant.retry_ladder.as_ref().map(ladder_texts),
            max_api_keys: tenant.most_api_keys(),
            max_requests: tenant.limits.requests.map(|rate| rate.to_string()),
            max_sends: tenant.limits.sends.map(|rate| rate.to_string()),
            max_streams: tenant.limits.streams,
            max_types: most_types(&tenant),
            max_recipients: tenant.most_recipients(),
            max_queued: tenant.limits.queued,
            max_notifications: tenant.limits.notifications,
            token_keys: tenant.token_keys.as_ref().map(TokenKeys::to_value),
            link_schemes: tenant.link_schemes,
            locale: tenant.locale,
            push_badge: tenant.push_badge,
            track_opens: tenant.track_opens,
            track_clicks: tenant.track_clicks,
            retention_days: tenant.retention.map(|days| days.get()),
            tenant: tenant.id,
        }
    }
}
