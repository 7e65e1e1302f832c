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
    "Requests of one tenant, all kinds together.",
);
const USER: Key = limit(
    "user",
    "CAMPANILE_LIMIT_USER",
    "Requests of one user to their inbox.",
);
const SEND: Key = limit(
    "send",
    "CAMPANILE_LIMIT_SEND",
    "Requests of one tenant's services (`notifications:send`).",
);
const INBOX: Key = limit(
    "inbox",
    "CAMPANILE_LIMIT_INBOX",
    "Requests of one tenant's users (`inbox`), all users together.",
);
const ADMIN: Key = limit(
    "admin",
    "CAMPANILE_LIMIT_ADMIN",
    "Requests of one tenant's operators (`admin`).",
);

pub(crate) const KEYS: &[Key] = &[TENANT, USER, SEND, INBOX, ADMIN];

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
        }
    }
}

fn rate(text: &str) -> Result<Option<Rate>, String> {
    match text.trim() {
        "off" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "is no rate".to_owned()),
    }
}
