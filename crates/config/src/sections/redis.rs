//! The cache: a hint, never the truth, so it may be left out.

use secrecy::SecretString;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

/// A day: what lives longer hides changes rather than saving queries.
const MAX_TTL_S: u64 = 86_400;

const URL: Key = Key::secret("redis", "url", "REDIS_URL")
    .means("The cache shared by all nodes. If it is not set, `api` does not cache and `up` uses a small in-process \
        cache.")
    .expects("redis://host:6379 or rediss://user:password@host:6379");
const CACHE_TTL: Key = Key::plain("redis", "cache_ttl", "REDIS_CACHE_TTL")
    .means("How long an unchanged inbox page stays cached, in seconds; counts stay cached for at most a minute. Also \
        applies to the in-process cache of `up`.")
    .expects("a whole number of seconds from 1 to 86400");

pub(crate) const KEYS: &[Key] = &[URL, CACHE_TTL];

/// Where hints are kept.
#[derive(Clone, Debug)]
pub struct Redis {
    /// `redis://…` or `rediss://…`.
    pub url: Option<SecretString>,
    /// Life of a cached answer in seconds.
    pub cache_ttl_s: u64,
}

impl Redis {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.secret(&URL, |text| {
                check::url(text, &["redis", "rediss"]).map(drop)
            }),
            cache_ttl_s: reader.with_default(&CACHE_TTL, ttl),
        }
    }
}

fn ttl(text: &str) -> Result<u64, String> {
    let seconds = check::parsed("is not a whole number")(text)?;
    if (1..=MAX_TTL_S).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("is out of range".to_owned())
    }
}
