//! How often an address may come with a token that is refused.
//!
//! Counted after the check, so that a valid token always passes: one address may be an unlisted proxy or a whole
//! office, and one broken client must not lock out the others (ADR 0043).

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_cache::{LocalTokens, TokenRequest};
use campanile_domain::Rate;
use http::request::Parts;
use tokio::time::Instant;

use super::peer::{Peer, TrustedProxies};
use super::throttle::whole_seconds;
use crate::problem::{Problem, ProblemCode};

/// The name of this limit in the numbers, beside those of callers.
const BUCKET: &str = "failed_auth";

/// How often the log reports limited addresses, however many there are.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Counts refused tokens by address, in this process; cheap to clone.
#[derive(Clone)]
pub struct FailedTokens(Arc<Counted>);

struct Counted {
    rate: Option<Rate>,
    proxies: TrustedProxies,
    tokens: LocalTokens<IpAddr>,
    logged: Mutex<Logged>,
}

/// What the log has heard.
#[derive(Default)]
struct Logged {
    at: Option<Instant>,
    limited_since: u64,
}

impl FailedTokens {
    /// Lets each address fail at this rate, if there is one.
    pub fn new(rate: Option<Rate>, proxies: TrustedProxies) -> Self {
        Self(Arc::new(Counted {
            rate,
            proxies,
            tokens: LocalTokens::default(),
            logged: Mutex::default(),
        }))
    }

    /// The address that a request came from, as far as trusted proxies name it; `None` without the service's accept loop.
    pub(super) fn address_of(&self, parts: &Parts) -> Option<IpAddr> {
        let peer = parts.extensions.get::<Peer>()?;
        Some(self.0.proxies.caller(*peer, &parts.headers))
    }

    /// The answer to a request whose caller was refused: the one it would have got, or that it came too
    /// often. A request without a credential is not counted.
    pub(super) fn judge(&self, parts: &Parts, has_token: bool, refused: Problem) -> Problem {
        if refused.code() != ProblemCode::Unauthenticated || !has_token {
            return refused;
        }
        campanile_telemetry::metrics()
            .authentications_failed_total
            .inc();
        let (Some(rate), Some(address)) = (self.0.rate, self.address_of(parts)) else {
            return refused;
        };
        match self.0.wait(network(address), rate) {
            None => refused,
            Some(wait) => {
                self.0.log(address);
                limited(wait)
            }
        }
    }
}

impl Counted {
    /// How long an address that has failed too often has to wait.
    fn wait(&self, bucket: IpAddr, rate: Rate) -> Option<Duration> {
        let wanted = TokenRequest {
            bucket,
            rate,
            tokens: 1,
        };
        let grants = self.tokens.take_now(&[wanted]);
        grants
            .first()
            .filter(|one| one.tokens == 0)
            .map(|one| one.wait)
    }

    fn log(&self, address: IpAddr) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        logged.limited_since += 1;
        if logged.at.is_some_and(|at| at.elapsed() < LOG_EVERY) {
            return;
        }
        tracing::warn!(
            peer.address = %address,
            requests = logged.limited_since,
            "an address exceeded the limit of requests with invalid tokens"
        );
        *logged = Logged {
            at: Some(Instant::now()),
            limited_since: 0,
        };
    }
}

/// Whom an address stands for: of IPv6, a site gets 64 bits to choose from.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let site = address.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(site).into()
        }
    }
}

fn limited(wait: Duration) -> Problem {
    let wait = whole_seconds(wait).max(1);
    campanile_telemetry::metrics()
        .rate_limited_total
        .with_label_values(&[BUCKET])
        .inc();
    let detail = format!(
        "Rate limit `{BUCKET}` exceeded: too many requests with an invalid token from this address; retry in {wait} \
        s, or use a valid token"
    );
    Problem::new(ProblemCode::RateLimited, detail).retry_after(Duration::from_secs(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_one_address() {
        let of = |text: &str| network(text.parse().expect("an address")).to_string();
        assert_eq!(of("198.51.100.7"), "198.51.100.7");
        assert_eq!(of("2606:4700:1:2:3:4:5:6"), "2606:4700:1:2::");
        assert_eq!(of("2606:4700:1:2::9"), of("2606:4700:1:2::8"));
    }
}
