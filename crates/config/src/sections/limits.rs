//! How often callers may come. A bucket holds its burst and fills at its rate.

use campanile_domain::Rate;

use crate::key::Key;
use crate::reader::Reader;

const EXPECTED: &str = "off, or a rate such as 100/s or 600/m burst 50";

const fn limit(name: &'static str, env: &'static str, meaning: &'static str) -> Key {
    Key::plain("limits", name, env)
        .means(meaning)
        .expects(EXPECTED)
}

const TENANT: Key = limit(
    "tenant",
    "CAMPANILE_LIMIT_TENANT",
    "Requests per tenant, all kinds together.",
);
const USER: Key = limit(
    "user",
    "CAMPANILE_LIMIT_USER",
    "Requests per user to their inbox.",
);
const SEND: Key = limit(
    "send",
    "CAMPANILE_LIMIT_SEND",
    "Requests of a tenant's services (scope `notifications:send`).",
);
const INBOX: Key = limit(
    "inbox",
    "CAMPANILE_LIMIT_INBOX",
    "Requests of a tenant's users (scope `inbox`), all users together.",
);
const ADMIN: Key = limit(
    "admin",
    "CAMPANILE_LIMIT_ADMIN",
    "Requests of a tenant's operators (scope `admin`).",
);

const FAILED_AUTH: Key = limit(
    "failed_auth",
    "CAMPANILE_LIMIT_FAILED_AUTH",
    "Requests with an invalid token per client address (an IPv6 /64 counts as one address), counted by each process \
    separately. Above the limit they get 429 instead of 401. The limit never affects requests with a valid token. \
    See CAMPANILE_TRUSTED_PROXIES.",
);

pub(crate) const KEYS: &[Key] = &[TENANT, USER, SEND, INBOX, ADMIN, FAILED_AUTH];

/// Limits on requests; `None` is no limit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// All requests of a tenant.
    pub tenant: Option<Rate>,
    /// Those of each user.
    pub user: Option<Rate>,
    /// A tenant's calls as a service.
    pub send: Option<Rate>,
    /// A tenant's calls of users.
    pub inbox: Option<Rate>,
    /// A tenant's calls of its operators.
    pub admin: Option<Rate>,
    /// Refused tokens of each address.
    pub failed_auth: Option<Rate>,
}

impl Limits {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut rate = |key| reader.with_default(key, rate);
        Self {
            tenant: rate(&TENANT),
            user: rate(&USER),
            send: rate(&SEND),
            inbox: rate(&INBOX),
            admin: rate(&ADMIN),
            failed_auth: rate(&FAILED_AUTH),
        }
    }
}

fn rate(text: &str) -> Result<Option<Rate>, String> {
    match text.trim() {
        "off" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| "is not a rate".to_owned()),
    }
}
