//! Keys as their creators ask for them.

use std::net::IpAddr;
use std::time::Duration;

use campanile_domain::{ApiKey, ScopeName, UserId};
use campanile_fields::kinds::{moment, one_of, optional, parsed, required, text, unique, user_id};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use chrono::{DateTime, SubsecRound, Utc};
use ipnet::IpNet;

use super::overlap::Overlap;

/// How long a key that is replaced can still be used, unless its owner says otherwise.
const DEFAULT_OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

request_body! {
    /// A key to create.
    pub struct ApiKeyBody as ApiKeyRequest {
        /// What the key is for. Names need not be unique.
        #[example("billing service")]
        name: String = required(text(ApiKey::MAX_NAME_BYTES)),
        /// What it allows: scopes, and the roles `viewer`, `editor`, `operator` and `admin`.
        #[example(["notifications:send"])]
        scopes: Vec<ScopeName> = required(unique(1..=ApiKey::MAX_SCOPES, one_of::<ScopeName>())),
        /// The user for whom the scope `inbox` acts; required with it, and not allowed without it.
        #[example(null)]
        user_id: UserId = optional(user_id()),
        /// From when on the key is rejected; never if it is left out.
        #[example("2030-01-31T08:00:00Z")]
        expires_at: DateTime<Utc> = optional(moment()),
        /// The addresses and networks from which the key can be used; any if it is left out.
        #[example(["10.0.0.0/8"])]
        networks: Vec<IpNet> = optional(unique(0..=ApiKey::MAX_NETWORKS, parsed(network))),
    }
}

request_body! {
    /// How a key is replaced.
    pub struct RotateBody as ApiKeyRotation {
        /// How long the old key can still be used: seconds, or a text such as `30m`, `24h` or `7d`. At most 90 days,
        /// and no longer than it would have been used anyway. `0` ends it at once.
        #[example("24h")]
        overlap: Duration = optional(Overlap),
    }
}

/// A key to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// What it grants.
    pub scopes: Vec<ScopeName>,
    /// The user for whom the scope `inbox` speaks.
    pub user: Option<UserId>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used; from anywhere if empty.
    pub networks: Vec<IpNet>,
}

/// Reads a key to create.
///
/// # Errors
/// Every wrong field.
pub fn read_new_key(body: &JsonText, now: DateTime<Utc>) -> Result<NewKey, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = ApiKeyBody::read(&mut fields);
    if let Some(scopes) = &read.scopes {
        match (scopes.contains(&ScopeName::Inbox), &read.user_id) {
            (true, None) if fields.given("user_id").is_none_or(|value| value.is_null()) => {
                let detail = "is required with the scope inbox";
                fields.wrong("user_id", FieldCode::Required, detail);
            }
            (false, Some(_)) => {
                let detail = "requires the scope inbox";
                fields.wrong("user_id", FieldCode::Contradictory, detail);
            }
            _ => {}
        }
    }
    if read.expires_at.is_some_and(|end| end <= now) {
        fields.wrong("expires_at", FieldCode::OutOfRange, "must be in the future");
    }
    fields.finish_with(|| {
        Some(NewKey {
            name: read.name?,
            scopes: read.scopes?,
            user: read.user_id,
            expires_at: read.expires_at.map(|end| end.trunc_subsecs(6)),
            networks: read.networks.unwrap_or_default(),
        })
    })
}

/// Reads for how long a key that is replaced can still be used.
///
/// # Errors
/// Every wrong field.
pub fn read_rotation(body: &JsonText) -> Result<Duration, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = RotateBody::read(&mut fields);
    fields.finish_with(|| Some(read.overlap.unwrap_or(DEFAULT_OVERLAP)))
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let network = text.parse().map(|network: IpNet| network.trunc());
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    let found = network.or_else(|_| single());
    found.map_err(
        |_| "must be an address or a network such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<NewKey, String> {
        let body = JsonText::parse(body.to_owned()).expect("JSON");
        let now = "2026-11-30T08:00:00Z".parse().expect("a time");
        read_new_key(&body, now).map_err(|errors| {
            let all = errors.iter();
            let all = all.map(|error| format!("{} {}", error.field, error.code));
            all.collect::<Vec<_>>().join(", ")
        })
    }

    #[test]
    fn the_smallest_key_has_a_name_and_a_scope() {
        let key = read(r#"{"name": "a", "scopes": ["notifications:send"]}"#);
        let expected = NewKey {
            name: "a".to_owned(),
            scopes: vec![ScopeName::Send],
            user: None,
            expires_at: None,
            networks: Vec::new(),
        };
        assert_eq!(key, Ok(expected));
    }

    #[test]
    fn networks_are_read_with_and_without_a_length() {
        let key = read(
            r#"{"name": "a", "scopes": ["viewer"], "networks": ["10.1.2.3/8", "192.0.2.7", "2001:db8::1/32"]}"#,
        );
        let networks: Vec<_> = key.expect("valid").networks;
        let texts: Vec<_> = networks.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
    }

    #[test]
    fn every_wrong_field_is_listed() {
        for (body, wrong) in [
            ("{}", "/name required, /scopes required"),
            (
                r#"{"name": "", "scopes": []}"#,
                "/name too_short, /scopes too_short",
            ),
            (
                r#"{"name": "a", "scopes": ["root"], "networks": ["10.0.0.0/33"]}"#,
                "/scopes/0 unknown_value, /networks/0 invalid",
            ),
            (
                r#"{"name": "a", "scopes": ["inbox"], "expires_at": "2026-11-30T08:00:00Z"}"#,
                "/user_id required, /expires_at out_of_range",
            ),
            (
                r#"{"name": "a", "scopes": ["admin"], "user_id": "u1"}"#,
                "/user_id contradictory",
            ),
            (
                r#"{"name": "a", "scopes": ["admin"], "role": "admin"}"#,
                "/role unknown_field",
            ),
        ] {
            assert_eq!(read(body), Err(wrong.to_owned()), "{body}");
        }
    }

    #[test]
    fn an_overlap_is_a_number_or_a_text() {
        let overlap = |body: &str| {
            let body = JsonText::parse(body.to_owned()).expect("JSON");
            read_rotation(&body).ok().map(|overlap| overlap.as_secs())
        };
        assert_eq!(overlap("{}"), Some(86_400));
        assert_eq!(overlap(r#"{"overlap": 60}"#), Some(60));
        assert_eq!(overlap(r#"{"overlap": "7d"}"#), Some(604_800));
        for wrong in ["-1", "1.5", "true", "\"soon\"", "7776001", "\"91d\""] {
            assert_eq!(
                overlap(&format!(r#"{{"overlap": {wrong}}}"#)),
                None,
                "{wrong}"
            );
        }
    }
}
