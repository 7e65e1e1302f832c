//! Keeps calls to addresses that tenants chose away from the installation's own networks.
//!
//! The decision is made on what a name resolves to, inside the look-up that the connection uses:
//! a second look-up could be answered differently. Names in URLs that are addresses never reach the
//! look-up and are judged before.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use super::address::is_public;

/// A look-up takes no longer while somebody waits for what it decides.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keeps out of private networks, but for those that are allowed.
#[derive(Debug, Clone)]
pub struct Guard(Arc<[IpNet]>);

/// A name or address that leads where no tenant's call may go.
#[derive(Debug, thiserror::Error)]
#[error("the address is not on the public internet")]
pub struct Forbidden;

impl Guard {
    /// Allows these networks although they are private.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self(allowed.into())
    }

    /// Judges an address that stands in the URL itself; a name is judged when it is looked up.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn check(&self, url: &Url) -> Result<(), Forbidden> {
        url.host().map_or(Ok(()), |host| self.check_literal(host))
    }

    /// Judges a URL by what its name resolves to at this moment, too. A name that does not resolve is refused as well: otherwise
    /// whoever asks would learn which names there are in the installation's own networks.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub async fn check_resolved(&self, url: &Url) -> Result<(), Forbidden> {
        self.check(url)?;
        let Some(Host::Domain(name)) = url.host() else {
            return Ok(());
        };
        let looked_up = timeout(PATIENCE, lookup_host((name, 0))).await;
        let found: Vec<SocketAddr> = match looked_up {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        if found.is_empty() {
            return Err(Forbidden);
        }
        found
            .iter()
            .try_for_each(|address| self.judge(address.ip()))
    }

    /// The same for a host without a URL around it, where IPv6 needs no brackets.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn check_host(&self, host: &str) -> Result<(), Forbidden> {
        match (host.parse::<Ipv6Addr>(), Host::parse(host)) {
            (Ok(address), _) => self.judge(address.into()),
            (_, Ok(host)) => self.check_literal(host),
            // Not a host that anything could be called at.
            (Err(_), Err(_)) => Ok(()),
        }
    }

    fn check_literal<S>(&self, host: Host<S>) -> Result<(), Forbidden> {
        match host {
            Host::Ipv4(address) => self.judge(address.into()),
            Host::Ipv6(address) => self.judge(address.into()),
            Host::Domain(_) => Ok(()),
        }
    }

    /// Judges a resolved address.
    pub(crate) fn judge(&self, address: IpAddr) -> Result<(), Forbidden> {
        let plain = address.to_canonical();
        if is_public(address) || self.0.iter().any(|net| net.contains(&plain)) {
            Ok(())
        } else {
            Err(Forbidden)
        }
    }
}

impl Resolve for Guard {
    /// One address that is not allowed is enough to refuse the name: an honest one has none.
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            for address in &found {
                guard.judge(address.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_seen_through_however_it_is_written() {
        let guard = Guard::new(vec!["10.1.0.0/16".parse().expect("a network")]);
        for (url, allowed) in [
            ("http://2130706433/", false),
            ("http://0x7f.1/", false),
            ("http://0177.0.0.1/", false),
            ("http://127.0.0.1./", false),
            ("http://%31%32%37.0.0.1/", false),
            ("http://169.254.43518/", false),
            ("http://[64:ff9b::a9fe:a9fe]/", false),
            ("http://１２７.0.0.1/", false),
            ("http://[::ffff:127.0.0.1]/", false),
            ("http://[::1]:80/", false),
            ("http://10.2.0.1/", false),
            ("http://10.1.2.3/", true),
            ("http://[::ffff:10.1.2.3]/", true),
            ("http://8.8.8.8/", true),
            // A name is judged when it is looked up.
            ("http://localhost./", true),
        ] {
            let parsed = Url::parse(url).expect(url);
            assert_eq!(guard.check(&parsed).is_ok(), allowed, "{url}");
            let host = url.trim_start_matches("http://").trim_end_matches('/');
            if !host.ends_with(":80") {
                assert_eq!(guard.check_host(host).is_ok(), allowed, "{host}");
            }
        }
        assert!(guard.check_host("::ffff:127.0.0.1").is_err());
        assert!(guard.check_host("2606:4700::1").is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_inwards_or_nowhere_is_refused_alike() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let guard = Guard::new(Vec::new());
        for refused in [
            "https://localhost/",
            "https://no-such-name.invalid/",
            "https://10.0.0.1/",
        ] {
            assert!(
                guard.check_resolved(&url(refused)).await.is_err(),
                "{refused}"
            );
        }
        assert!(guard.check_resolved(&url("https://1.1.1.1/")).await.is_ok());
        let nets = ["127.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network"));
        let guard = Guard::new(nets.into());
        assert!(
            guard
                .check_resolved(&url("https://localhost/"))
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn a_name_is_judged_by_what_it_resolves_to() {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        let refused = Guard::new(Vec::new()).resolve(name("localhost")).await;
        let refused = refused.err().expect("loopback").to_string();
        assert!(refused.contains("not on the public internet"), "{refused}");
        let nets = ["127.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network"));
        assert!(
            Guard::new(nets.into())
                .resolve(name("localhost"))
                .await
                .is_ok()
        );
    }
}
