//! API keys: what a key says of itself, and what is stored of it.

mod checksum;
mod stored;
mod text;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use ipnet::IpNet;

use crate::ids::ApiKeyId;
use crate::{ScopeName, ScopeSet, TenantId, UserId};

pub use text::{ApiKeyText, KeyHash, MalformedApiKey};

/// An API key as it is stored: everything but its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Whose.
    pub tenant: TenantId,
    /// Its name in the text of the key, and in paths.
    pub id: ApiKeyId,
    /// What people call it; need not be unique.
    pub name: String,
    /// What it grants, as it was asked for.
    pub scopes: Vec<ScopeName>,
    /// The user for whom the scope `inbox` speaks.
    pub user: Option<UserId>,
    /// From where it may be used; from anywhere if empty.
    pub networks: Vec<IpNet>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The subject of the credential that created it.
    pub created_by: String,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The key that it took over from.
    pub replaces: Option<ApiKeyId>,
}

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyState {
    /// It can.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl ApiKeyState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Revoked];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl ApiKey {
    /// The longest name, in bytes.
    pub const MAX_NAME_BYTES: usize = 100;
    /// A key has at most so many words in its scopes.
    pub const MAX_SCOPES: usize = ScopeName::ALL.len();
    /// A key may be used from at most so many networks.
    pub const MAX_NETWORKS: usize = 20;
    /// Keys of a tenant that can be used, unless `platform` sets another number.
    pub const DEFAULT_MOST: u32 = 100;
    /// The greatest number that can be set.
    pub const MOST: u32 = 10_000;
    /// Keys of a tenant that cannot be used any more are kept on the list up to this number.
    pub const MOST_ENDED: u32 = 100;

    /// Whether it can be used at this moment.
    pub fn state(&self, now: DateTime<Utc>) -> ApiKeyState {
        if self.revoked_at.is_some() {
            ApiKeyState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            ApiKeyState::Expired
        } else {
            ApiKeyState::Active
        }
    }

    /// The scopes that it grants.
    pub fn scope_set(&self) -> ScopeSet {
        self.scopes.iter().map(|name| name.scopes()).collect()
    }

    /// Whether it may be used from this address. One that cannot be determined is in no network.
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        let is_in = |address: IpAddr| {
            let address = address.to_canonical();
            self.networks
                .iter()
                .any(|network| network.contains(&address))
        };
        self.networks.is_empty() || address.is_some_and(is_in)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn key() -> ApiKey {
        ApiKey {
            tenant: TenantId::parse("acme").expect("valid"),
            id: ApiKeyId(Uuid::nil()),
            name: "billing".to_owned(),
            scopes: vec![ScopeName::Send, ScopeName::Viewer],
            user: None,
            networks: Vec::new(),
            created_at: DateTime::UNIX_EPOCH,
            created_by: "ops".to_owned(),
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            replaces: None,
        }
    }

    #[test]
    fn a_key_ends_at_its_time_or_when_it_is_revoked() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let ending = |expires_at, revoked_at| {
            let key = ApiKey {
                expires_at,
                revoked_at,
                ..key()
            };
            key.state(now)
        };
        let (before, after) = (now - TimeDelta::seconds(1), now + TimeDelta::seconds(1));
        assert_eq!(ending(None, None), ApiKeyState::Active);
        assert_eq!(ending(Some(after), None), ApiKeyState::Active);
        assert_eq!(ending(Some(now), None), ApiKeyState::Expired);
        assert_eq!(ending(Some(after), Some(before)), ApiKeyState::Revoked);
    }

    #[test]
    fn networks_limit_from_where_it_may_be_used() {
        let from = |networks: &[&str], address: Option<&str>| {
            let networks = networks.iter().map(|text| text.parse().expect("a network"));
            let key = ApiKey {
                networks: networks.collect(),
                ..key()
            };
            key.allows(address.map(|text| text.parse().expect("an address")))
        };
        assert!(from(&[], Some("198.51.100.7")));
        assert!(from(&[], None));
        let ours = ["10.0.0.0/8", "2001:db8::/32"];
        assert!(from(&ours, Some("10.2.3.4")));
        assert!(from(&ours, Some("::ffff:10.2.3.4")));
        assert!(from(&ours, Some("2001:db8::1")));
        assert!(!from(&ours, Some("198.51.100.7")));
        assert!(!from(&ours, None));
    }
}
