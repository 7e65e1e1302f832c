//! Tenants as the installation's operator asks for them.

use std::time::Duration;

use campanile_domain::{
    ApiKey, LinkScheme, Rate, RateParseError, RetryLadder, TemplateLimits, Tenant, TenantId,
    TenantLimits, TokenKeys, canonical_locale,
};
use campanile_fields::kinds::{
    Kind, flag, list, optional, optional_or_null, parsed, required, whole,
};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use chrono::{DateTime, SubsecRound, Utc};

use super::TenantChange;
use super::ladder::step;
use super::token_keys::JwkSet;

/// Streams of a tenant on one server.
const MOST_STREAMS: u32 = 1_000_000;

/// Recipients of a request.
const MOST_RECIPIENTS: u32 = TenantLimits::MOST_RECIPIENTS;

/// What may wait to be delivered.
const MOST_QUEUED: u32 = TenantLimits::MOST_QUEUED;

/// Notifications that may be stored.
const MOST_NOTIFICATIONS: u32 = TenantLimits::MOST_NOTIFICATIONS;

/// A rate, such as `100/s` or `600/m burst 50`.
fn rate() -> impl Kind<Value = Rate> {
    let read = |text: &str| {
        let rate = text.parse();
        rate.map_err(|_: RateParseError| "must be a rate such as 100/s or 600/m burst 50")
    };
    parsed(read).at_most(40)
}

request_body! {
    /// A tenant to create.
    pub struct TenantBody as TenantRequest {
        /// The name: 1 to 63 characters of a-z, 0-9 and -. It cannot be changed.
        #[example("acme")]
        tenant: TenantId = required(parsed(TenantId::parse).length(1..=63).pattern("^[a-z0-9-]{1,63}$")),
        /// The pauses between the attempts of a delivery.
        #[example(["5s", "30s", "2m"])]
        retry_ladder: Vec<Duration> = optional(list(1..=RetryLadder::MAX_STEPS, step())),
        /// The schemes besides https that links may have.
        #[example(["myapp"])]
        link_schemes: Vec<LinkScheme> = optional(list(0..=LinkScheme::MOST, parsed(LinkScheme::parse))),
        /// The locale of users who have none.
        #[example("de-AT")]
        locale: String = optional(parsed(canonical_locale)),
        /// Whether pushes tell apps how many notifications are unread. Costs a count for each push.
        push_badge: bool = optional(flag()),
        /// Whether it is counted which mails are opened, by a picture in each. Needs `CAMPANILE_PUBLIC_URL`.
        track_opens: bool = optional(flag()),
        /// Whether it is counted in which mails a link is opened; links in mails then lead through this service. Needs
        /// `CAMPANILE_PUBLIC_URL`.
        track_clicks: bool = optional(flag()),
        /// How many active API keys it can have.
        #[example(100)]
        max_api_keys: u32 = optional(whole(0..=ApiKey::MOST)),
        /// How many requests it can make; without a rate `CAMPANILE_LIMIT_TENANT` applies.
        #[example("600/m burst 50")]
        max_requests: Rate = optional(rate()),
        /// How many requests to send it can make; without a rate `CAMPANILE_LIMIT_SEND` applies.
        #[example("100/s")]
        max_sends: Rate = optional(rate()),
        /// How many open streams it can have on each server, at most `STREAM_LIMIT_TENANT`.
        #[example(500)]
        max_streams: u32 = optional(whole(0..=MOST_STREAMS)),
        /// How many notification types can have templates or a schema.
        #[example(50)]
        max_types: u32 = optional(whole(0..=TemplateLimits::TYPES as u32)),
        /// How many recipients one of its requests can name.
        #[example(100)]
        max_recipients: u32 = optional(whole(1..=MOST_RECIPIENTS)),
        /// How much of it can wait to be planned, sent or retried; without a number, there is no limit.
        #[example(50_000)]
        max_queued: u32 = optional(whole(1..=MOST_QUEUED)),
        /// How many notifications it can have stored; without a number, there is no limit.
        #[example(1_000_000)]
        max_notifications: u32 = optional(whole(1..=MOST_NOTIFICATIONS)),
        /// A JWK set of public keys that verify tokens of this tenant, besides the keys of the installation.
        #[example({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "2027-01", "x": "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0"}]})]
        token_keys: TokenKeys = optional(JwkSet),
    }
}

request_body! {
    /// What to change of a tenant. Fields that are left out stay as they are.
    pub struct TenantChangeBody as TenantChange {
        /// The pauses between the attempts of a delivery; `null`: the default.
        #[example(["5s", "30s", "2m"])]
        retry_ladder: Option<Vec<Duration>> = optional_or_null(list(1..=RetryLadder::MAX_STEPS, step())),
        /// The schemes besides https that links may have.
        #[example(["myapp"])]
        link_schemes: Vec<LinkScheme> = optional(list(0..=LinkScheme::MOST, parsed(LinkScheme::parse))),
        /// The locale of users who have none; `null`: English.
        #[example("de-AT")]
        locale: Option<String> = optional_or_null(parsed(canonical_locale)),
        /// Whether pushes tell apps how many notifications are unread. Costs a count for each push.
        push_badge: bool = optional(flag()),
        /// Whether it is counted which mails are opened, by a picture in each. Needs `CAMPANILE_PUBLIC_URL`.
        track_opens: bool = optional(flag()),
        /// Whether it is counted in which mails a link is opened; links in mails then lead through this service. Needs
        /// `CAMPANILE_PUBLIC_URL`.
        track_clicks: bool = optional(flag()),
        /// Whether the tenant is suspended.
        suspended: bool = optional(flag()),
        /// How many active API keys it can have; `null`: the default.
        #[example(100)]
        max_api_keys: Option<u32> = optional_or_null(whole(0..=ApiKey::MOST)),
        /// How many requests it can make; `null`: `CAMPANILE_LIMIT_TENANT` applies.
        #[example("600/m burst 50")]
        max_requests: Option<Rate> = optional_or_null(rate()),
        /// How many requests to send it can make; `null`: `CAMPANILE_LIMIT_SEND` applies.
        #[example("100/s")]
        max_sends: Option<Rate> = optional_or_null(rate()),
        /// How many open streams it can have on each server; `null`: `STREAM_LIMIT_TENANT` applies, which is also the maximum.
        #[example(500)]
        max_streams: Option<u32> = optional_or_null(whole(0..=MOST_STREAMS)),
        /// How many notification types can have templates or a schema; `null`: the default.
        #[example(50)]
        max_types: Option<u32> = optional_or_null(whole(0..=TemplateLimits::TYPES as u32)),
        /// How many recipients one of its requests can name; `null`: the default, which is also the maximum.
        #[example(100)]
        max_recipients: Option<u32> = optional_or_null(whole(1..=MOST_RECIPIENTS)),
        /// How much of it can wait to be planned, sent or retried; `null`: no limit.
        #[example(50_000)]
        max_queued: Option<u32> = optional_or_null(whole(1..=MOST_QUEUED)),
        /// How many notifications it can have stored; `null`: no limit.
        #[example(1_000_000)]
        max_notifications: Option<u32> = optional_or_null(whole(1..=MOST_NOTIFICATIONS)),
        /// A JWK set of public keys that verify tokens of this tenant, besides the keys of the installation. It replaces the
        /// earlier set; `null`: none.
        #[example({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "2027-01", "x": "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0"}]})]
        token_keys: Option<TokenKeys> = optional_or_null(JwkSet),
    }
}

/// Reads a tenant to create.
///
/// # Errors
/// Every wrong field.
pub fn read_new_tenant(body: &JsonText, now: DateTime<Utc>) -> Result<Tenant, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = TenantBody::read(&mut fields);
    fields.finish_with(|| {
        Some(Tenant {
            retry_ladder: read.retry_ladder.and_then(RetryLadder::new),
            link_schemes: schemes(read.link_schemes.unwrap_or_default()),
            locale: read.locale,
            push_badge: read.push_badge.unwrap_or_default(),
            track_opens: read.track_opens.unwrap_or_default(),
            track_clicks: read.track_clicks.unwrap_or_default(),
            max_api_keys: read.max_api_keys,
            limits: TenantLimits {
                requests: read.max_requests,
                sends: read.max_sends,
                streams: read.max_streams,
                types: read.max_types,
                recipients: read.max_recipients,
                queued: read.max_queued,
                notifications: read.max_notifications,
            },
            token_keys: read.token_keys,
            ..Tenant::new(read.tenant?, now.trunc_subsecs(6))
        })
    })
}

/// Reads what to change of a tenant.
///
/// # Errors
/// Every wrong field.
pub fn read_tenant_change(
    body: &JsonText,
    now: DateTime<Utc>,
) -> Result<TenantChange, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = TenantChangeBody::read(&mut fields);
    let now = now.trunc_subsecs(6);
    fields.finish_with(|| {
        Some(TenantChange {
            retry_ladder: read
                .retry_ladder
                .map(|steps| steps.and_then(RetryLadder::new)),
            link_schemes: read.link_schemes.map(schemes),
            locale: read.locale,
            push_badge: read.push_badge,
            track_opens: read.track_opens,
            track_clicks: read.track_clicks,
            suspended_at: read
                .suspended
                .map(|is_suspended| is_suspended.then_some(now)),
            max_api_keys: read.max_api_keys,
            max_requests: read.max_requests,
            max_sends: read.max_sends,
            max_streams: read.max_streams,
            max_types: read.max_types,
            max_recipients: read.max_recipients,
            max_queued: read.max_queued,
            max_notifications: read.max_notifications,
            token_keys: read.token_keys,
        })
    })
}

fn schemes(mut schemes: Vec<LinkScheme>) -> Vec<LinkScheme> {
    schemes.sort();
    schemes.dedup();
    schemes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: &str) -> JsonText {
        JsonText::parse(body.to_owned()).expect("JSON")
    }

    fn now() -> DateTime<Utc> {
        "2026-11-30T08:00:00Z".parse().expect("a time")
    }

    #[test]
    fn a_tenant_needs_a_name_only() {
        let tenant = read_new_tenant(&json(r#"{"tenant": "acme"}"#), now());
        let name = TenantId::parse("acme").expect("valid");
        assert_eq!(tenant.expect("valid"), Tenant::new(name, now()));
        let wrong = r#"{"tenant": "Acme", "retry_ladder": ["soon"], "suspended": true}"#;
        let errors = read_new_tenant(&json(wrong), now()).expect_err("wrong");
        let fields: Vec<_> = errors.iter().map(|error| &*error.field).collect();
        assert_eq!(fields, ["/tenant", "/retry_ladder/0", "/suspended"]);
    }

    #[test]
    fn what_is_left_out_stays_and_null_resets() {
        let change = |body: &str| read_tenant_change(&json(body), now()).expect("valid");
        assert_eq!(change("{}"), TenantChange::default());
        let reset = change(
            r#"{"retry_ladder": null, "locale": null, "max_api_keys": null, "max_requests": null, "max_streams": null}"#,
        );
        let expected = TenantChange {
            retry_ladder: Some(None),
            locale: Some(None),
            max_api_keys: Some(None),
            max_requests: Some(None),
            max_streams: Some(None),
            ..TenantChange::default()
        };
        assert_eq!(reset, expected);
        let set = change(r#"{"max_sends": "100/s", "max_types": 5}"#);
        assert_eq!(set.max_sends, Some("100/s".parse().ok()));
        assert_eq!(set.max_types, Some(Some(5)));
        let wrong = json(r#"{"max_requests": "often", "max_types": 201}"#);
        let errors = read_tenant_change(&wrong, now()).expect_err("wrong");
        let fields: Vec<_> = errors.iter().map(|error| &*error.field).collect();
        assert_eq!(fields, ["/max_requests", "/max_types"]);
        assert_eq!(
            change(r#"{"suspended": true}"#).suspended_at,
            Some(Some(now()))
        );
        assert_eq!(change(r#"{"suspended": false}"#).suspended_at, Some(None));
        let set =
            change(r#"{"retry_ladder": ["5s", "2m"], "link_schemes": ["tel", "myapp", "tel"]}"#);
        let steps = [5, 120].map(Duration::from_secs).to_vec();
        assert_eq!(set.retry_ladder, Some(RetryLadder::new(steps)));
        assert_eq!(set.link_schemes.map(|all| all.len()), Some(2));
    }
}
