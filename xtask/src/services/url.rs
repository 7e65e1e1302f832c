//! As much of a URL as a handshake needs.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result};

/// `scheme://user:password@host:port/path`, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Url {
    pub user: Option<String>,
    pub password: Option<String>,
    pub host: String,
    pub port: u16,
    pub path: String,
}

impl Url {
    /// Takes a URL apart; `default_port` is for one that names none.
    pub fn parse(url: &str, default_port: u16) -> Result<Self> {
        let (_, rest) = url.split_once("://").context("the URL has no scheme")?;
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = match authority.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, authority),
        };
        let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, "")))
        {
            Some((user, password)) => (filled(user), filled(password)),
            None => (None, None),
        };
        // An address in brackets is IPv6, whose colons separate no port.
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().context("the URL's port is no number")?)
            }
            _ => (address, default_port),
        };
        Ok(Self {
            user,
            password,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            path: decode(path),
        })
    }

    /// Opens a connection that can't hang.
    pub fn connect(&self) -> Result<TcpStream> {
        let patience = Duration::from_secs(3);
        let addresses: Vec<SocketAddr> = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .with_context(|| format!("cannot resolve {}", self.host))?
            .collect();
        let mut last = None;
        for address in addresses {
            match TcpStream::connect_timeout(&address, patience) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(patience))?;
                    stream.set_write_timeout(Some(patience))?;
                    return Ok(stream);
                }
                Err(error) => last = Some(error),
            }
        }
        let context = format!("{}:{}", self.host, self.port);
        match last {
            Some(error) => Err(error).context(context),
            None => anyhow::bail!("{context} has no address"),
        }
    }
}

/// The URL as it may be printed where others read along.
pub fn without_password(url: &str) -> String {
    let hidden = || {
        let (scheme, rest) = url.split_once("://")?;
        let (login, address) = rest.rsplit_once('@')?;
        let (user, _) = login.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{address}"))
    };
    hidden().unwrap_or_else(|| url.to_owned())
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| decode(text))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_come_apart() {
        let url =
            Url::parse("amqp://guest:p%40ss@[::1]:5673/%2f?heartbeat=5", 5672).expect("valid");
        assert_eq!(url.user.as_deref(), Some("guest"));
        assert_eq!(url.password.as_deref(), Some("p@ss"));
        assert_eq!((url.host.as_str(), url.port), ("::1", 5673));
        assert_eq!(url.path, "/");

        let url = Url::parse("redis://localhost", 6379).expect("valid");
        assert_eq!((url.host.as_str(), url.port), ("localhost", 6379));
        assert_eq!((url.user, url.password), (None, None));
    }

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(
            without_password("amqp://guest:secret@host/%2f"),
            "amqp://guest:***@host/%2f"
        );
        assert_eq!(without_password("redis://host:6379"), "redis://host:6379");
    }
}
