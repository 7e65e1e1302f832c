//! `campanile health`

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use campanile_config::Role;

use crate::cli::HealthOptions;
use crate::wiring::{print, settings};

/// Readiness asks the database, which answers or is given up on sooner.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks a running process how it is; fails if it is not ready.
pub(crate) async fn run(file: Option<&Path>, options: HealthOptions) -> anyhow::Result<()> {
    let path = if options.live { "/healthz" } else { "/readyz" };
    let bases = match options.url {
        Some(url) => vec![url.trim_end_matches('/').to_owned()],
        None => own_addresses(file)?,
    };
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()?;
    for base in &bases {
        let url = format!("{base}{path}");
        let answer = match client.get(&url).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => continue,
            Err(error) => return Err(error).context(url),
        };
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        if !status.is_success() {
            bail!("{url} answered {status}: {}", text.trim());
        }
        print::line(format_args!("{url}: {}", text.trim()));
        return Ok(());
    }
    bail!("no process answers at {}", bases.join(" or "))
}

/// Where the API and the worker of this machine listen, by the settings that they read too.
fn own_addresses(file: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let http = settings::load(file, Role::Cli)?.http;
    let both = [http.listen_for(Role::Api), http.metrics_listen];
    Ok(both
        .map(|address| format!("http://{}", reachable(address)))
        .into())
}

/// An address that means all interfaces is reached through the loopback one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    use std::net::{Ipv4Addr, Ipv6Addr};
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_interfaces_are_asked_through_the_loopback_one() {
        let of = |text: &str| reachable(text.parse().expect("an address")).to_string();
        assert_eq!(of("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(of("[::]:9090"), "[::1]:9090");
        assert_eq!(of("192.0.2.1:80"), "192.0.2.1:80");
    }
}
