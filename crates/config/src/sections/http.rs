//! The addresses that the processes listen on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use ipnet::IpNet;
use url::Url;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

/// The port of the API in every role.
const PORT: u16 = 8080;

const LISTEN: Key = Key::plain("http", "listen", "CAMPANILE_LISTEN")
    .means("Listen address of the API; also serves health, metrics and documentation.")
    .by_role("`127.0.0.1:8080` for `up`, `0.0.0.0:8080` for `api`")
    .expects("an address and a port such as 0.0.0.0:8080, [::]:8080 or localhost:8080");
const METRICS_LISTEN: Key = Key::plain("http", "metrics_listen", "CAMPANILE_METRICS_LISTEN")
    .means("Listen address of the worker's health and metrics endpoints.")
    .expects("an address and a port such as 0.0.0.0:9090, [::]:9090 or localhost:9090");

const TRUSTED_PROXIES: Key = Key::plain("http", "trusted_proxies", "CAMPANILE_TRUSTED_PROXIES")
    .means("Networks of the proxies in front of the API. The caller is the last address in `X-Forwarded-For` that does \
        not belong to these networks. If empty, the caller is the peer of the connection.")
    .expects("comma-separated networks such as 10.1.0.0/16,fd00::/8");

const CORS_ORIGINS: Key = Key::plain("http", "cors_origins", "CAMPANILE_CORS_ORIGINS")
    .means("Origins of the web pages that may call the API from a browser (CORS) and open live streams. `up` also \
        allows every port of `http://localhost` and `http://127.0.0.1`.")
    .expects("comma-separated origins such as https://app.example.com,https://admin.example.com:8443");

const PUBLIC_URL: Key = Key::plain("http", "public_url", "CAMPANILE_PUBLIC_URL")
    .means("Address of the API as people reach it, for links in mails. With an https address, mails can be unsubscribed \
        from by one click, and tenants can track opens and clicks. Use the same value for `api` and `worker`.")
    .expects("an http or https URL such as https://notify.example.com");

pub(crate) const KEYS: &[Key] = &[
    LISTEN,
    METRICS_LISTEN,
    TRUSTED_PROXIES,
    CORS_ORIGINS,
    PUBLIC_URL,
];

/// Where to listen.
#[derive(Clone, Debug)]
pub struct Http {
    /// The API; the default depends on the role, see [`Http::listen_for`].
    pub listen: Option<SocketAddr>,
    /// The worker's health and metrics.
    pub metrics_listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is trusted; none by default.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of web pages that may use the API, as browsers write them; none by default.
    pub cors_origins: Vec<String>,
    /// Where people reach the API; without it no links are made.
    pub public_url: Option<Url>,
}

impl Http {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.optional(&LISTEN, listen_address),
            metrics_listen: reader.with_default(&METRICS_LISTEN, listen_address),
            trusted_proxies: reader
                .optional(&TRUSTED_PROXIES, check::networks)
                .unwrap_or_default(),
            cors_origins: reader
                .optional(&CORS_ORIGINS, check::origins)
                .unwrap_or_default(),
            public_url: reader.optional(&PUBLIC_URL, check::http_url),
        }
    }

    /// Gives the address of the API: the one set, or this machine alone for `up` (which makes its own keys and is often
    /// tried out on a laptop) and all interfaces in the cluster.
    pub fn listen_for(&self, role: Role) -> SocketAddr {
        let ip = match role {
            Role::Up => Ipv4Addr::LOCALHOST,
            Role::Api | Role::Worker | Role::Migrate | Role::Doctor | Role::Cli => {
                Ipv4Addr::UNSPECIFIED
            }
        };
        self.listen.unwrap_or(SocketAddr::new(IpAddr::V4(ip), PORT))
    }
}

/// Accepts an address and a port, or a name that leads to an address of this machine: `localhost:8080`.
///
/// # Errors
/// A half sentence that follows the value.
pub fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if text.contains("://") {
        return Err("is a URL, not an address".to_owned());
    }
    let Some((name, port)) = text.rsplit_once(':') else {
        return Err("has no port".to_owned());
    };
    if port.parse::<u16>().is_err() {
        return Err("has no port from 0 to 65535".to_owned());
    }
    if name.is_empty() {
        return Err("has no address".to_owned());
    }
    let found = text.to_socket_addrs();
    let mut found = found.map_err(|_| "is a host name that does not resolve".to_owned())?;
    // Of both kinds the one that every client tries.
    let all: Vec<_> = found.by_ref().collect();
    let first = all.iter().find(|one| one.is_ipv4()).or(all.first());
    first
        .copied()
        .ok_or_else(|| "is a host name that does not resolve".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_taken_and_riddles_are_explained() {
        for (text, address) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("[::1]:0", "[::1]:0"),
        ] {
            assert_eq!(listen_address(text), Ok(address.parse().expect(address)));
        }
        for (text, why) in [
            ("localhost", "has no port"),
            ("localhost:http", "has no port from 0 to 65535"),
            (":8080", "has no address"),
            ("http://localhost:8080", "is a URL, not an address"),
            (
                "no.such.name.invalid:80",
                "is a host name that does not resolve",
            ),
        ] {
            assert_eq!(listen_address(text), Err(why.to_owned()), "{text}");
        }
    }
}
