//! The addresses that the processes listen on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

/// The port of the API in every role.
const PORT: u16 = 8080;

const LISTEN: Key = Key::plain("http", "listen", "CAMPANILE_LISTEN")
    .means("Address of the API, with health, metrics and documents.")
    .by_role("`127.0.0.1:8080` for `up`, `0.0.0.0:8080` for `api`")
    .expects("an IP address and a port such as 0.0.0.0:8080 or [::]:8080");
const METRICS_LISTEN: Key = Key::plain("http", "metrics_listen", "CAMPANILE_METRICS_LISTEN")
    .means("Address of the worker's health and metrics.")
    .expects("an IP address and a port such as 0.0.0.0:9090 or [::]:9090");

const TRUSTED_PROXIES: Key = Key::plain("http", "trusted_proxies", "CAMPANILE_TRUSTED_PROXIES")
    .means("Networks of the proxies in front of the API. `X-Forwarded-For` is believed as far as they wrote it: the caller is the last address in it that is none of theirs. Without them the caller is whoever opened the connection.")
    .expects("networks such as 10.1.0.0/16, fd00::/8 with commas between");

pub(crate) const KEYS: &[Key] = &[LISTEN, METRICS_LISTEN, TRUSTED_PROXIES];

/// Where to listen.
#[derive(Clone, Debug)]
pub struct Http {
    /// The API; the default depends on the role, see [`Http::listen_for`].
    pub listen: Option<SocketAddr>,
    /// The worker's health and metrics.
    pub metrics_listen: SocketAddr,
    /// Whose `X-Forwarded-For` is believed; nobody's by default.
    pub trusted_proxies: Vec<IpNet>,
}

impl Http {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.optional(&LISTEN, address),
            metrics_listen: reader.with_default(&METRICS_LISTEN, address),
            trusted_proxies: reader
                .optional(&TRUSTED_PROXIES, check::networks)
                .unwrap_or_default(),
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

fn address(text: &str) -> Result<SocketAddr, String> {
    check::parsed("is not an address")(text)
}
