//! Which relay, whose sender, whose signature.

use campanile_domain::HeloName;
use lettre::message::Mailbox;
use secrecy::SecretString;
use url::Host;

use super::dkim::DkimKey;
use super::patience::EmailPatience;
use super::sender::sender;
use super::tls::Roots;

/// Enough for some thousand mails a second; relays dislike many more from one peer.
const CONNECTIONS: usize = 4;
/// More connections than any relay grants one peer.
const MAX_CONNECTIONS: usize = 256;

/// An account that will not do, by the field that is to blame; values are never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct EmailError {
    /// The field: `host`, `port`, `username`, `password`, `from`, `dkim.domain`, `dkim.selector`,
    /// `dkim.private_key`, `trusted_certificates`, `connections` or `helo`.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

pub(super) fn wrong(field: &'static str, why: &'static str) -> EmailError {
    EmailError { field, why }
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailTls {
    /// Plain at first, then upgraded; a relay that does not offer it gets no mail.
    StartTls,
    /// Protected from the first byte.
    Tls,
    /// Plain, the login included: for a relay on the same machine or network only.
    None,
}

#[derive(Debug)]
pub(super) struct Login {
    pub(super) username: String,
    pub(super) password: SecretString,
}

/// One account at one relay.
#[derive(Debug)]
pub struct EmailSettings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: EmailTls,
    pub(super) from: Mailbox,
    pub(super) login: Option<Login>,
    pub(super) dkim: Option<DkimKey>,
    pub(super) roots: Roots,
    pub(super) connections: usize,
    pub(super) helo: Option<HeloName>,
    pub(super) patience: EmailPatience,
}

impl EmailSettings {
    /// Takes the relay's host (name or IP address) and port, and the sender: `name@example.com` or
    /// `Name <name@example.com>`.
    ///
    /// # Errors
    /// With `host`, `port` or `from`.
    pub fn new(host: &str, port: u16, tls: EmailTls, from: &str) -> Result<Self, EmailError> {
        // An IPv6 address is written without the brackets of URLs here.
        if Host::parse(host).is_err() && host.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(wrong("host", "is neither a host name nor an IP address"));
        }
        if port == 0 {
            return Err(wrong("port", "is not a port to connect to"));
        }
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            tls,
            from: sender(from).map_err(|why| wrong("from", why))?,
            login: None,
            dkim: None,
            roots: Roots::default(),
            connections: CONNECTIONS,
            helo: None,
            patience: EmailPatience::default(),
        })
    }

    /// Logs in before the first mail; both or none.
    ///
    /// # Errors
    /// With `username` or `password`.
    pub fn login(
        mut self,
        username: Option<String>,
        password: Option<SecretString>,
    ) -> Result<Self, EmailError> {
        self.login = match (username, password) {
            (Some(username), Some(password)) => {
                // NUL separates the parts of AUTH PLAIN.
                if username.is_empty() || username.chars().any(char::is_control) {
                    return Err(wrong("username", "is not one line of text"));
                }
                Some(Login { username, password })
            }
            (Some(_), None) => {
                return Err(wrong("password", "is missing while a username is given"));
            }
            (None, Some(_)) => {
                return Err(wrong("username", "is missing while a password is given"));
            }
            (None, None) => None,
        };
        Ok(self)
    }

    /// Signs every mail for `domain`; the public key stands in the DNS at
    /// `<selector>._domainkey.<domain>`. The key is RSA with 2,048 bits or more, in PEM (PKCS #8 or
    /// PKCS #1).
    ///
    /// # Errors
    /// With `dkim.domain`, `dkim.selector` or `dkim.private_key`.
    pub fn dkim(
        mut self,
        domain: &str,
        selector: &str,
        private_key: &SecretString,
    ) -> Result<Self, EmailError> {
        self.dkim = Some(DkimKey::new(domain, selector, private_key)?);
        Ok(self)
    }

    /// Trusts these certificates (PEM) too when the relay shows its own: a private authority's.
    ///
    /// # Errors
    /// With `trusted_certificates`.
    pub fn trust(mut self, pem: &[u8]) -> Result<Self, EmailError> {
        self.roots = Roots::with(pem).map_err(|why| wrong("trusted_certificates", why))?;
        Ok(self)
    }

    /// Opens at most so many connections, and lets as many calls be in flight; 4 if this is not
    /// called.
    ///
    /// # Errors
    /// With `connections`, outside of 1 to 256.
    pub fn connections(mut self, connections: usize) -> Result<Self, EmailError> {
        if !(1..=MAX_CONNECTIONS).contains(&connections) {
            return Err(wrong("connections", "is not a number from 1 to 256"));
        }
        self.connections = connections;
        Ok(self)
    }

    /// Says this name in EHLO: a fully-qualified host name, or an address literal such as `[192.0.2.1]`. If
    /// this is not called, the machine's name where a relay may look it up, else the address that a
    /// connection comes from.
    ///
    /// # Errors
    /// With `helo`.
    pub fn helo(mut self, name: &str) -> Result<Self, EmailError> {
        let name = HeloName::parse(name).map_err(|_| {
            wrong(
                "helo",
                "is neither a fully-qualified host name nor an address in brackets",
            )
        })?;
        self.helo = Some(name);
        Ok(self)
    }

    /// Waits differently than by default.
    #[must_use]
    pub fn patience(mut self, patience: EmailPatience) -> Self {
        self.patience = patience;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, port: u16, from: &str) -> Result<EmailSettings, EmailError> {
        EmailSettings::new(host, port, EmailTls::StartTls, from)
    }

    #[test]
    fn each_mistake_names_its_field_and_shows_no_secret() {
        let good = || settings("mail.example.com", 587, "Zoë <zoe@example.com>").expect("good");
        let secret = || Some(SecretString::from("hunter2"));
        let key =
            SecretString::from("-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----");
        for (refused, field) in [
            (settings("", 25, "a@example.com"), "host"),
            (settings("two words", 25, "a@example.com"), "host"),
            (settings("host", 0, "a@example.com"), "port"),
            (settings("host", 25, "nobody"), "from"),
            (settings("host", 25, "A\r\nBcc: b <a@example.com>"), "from"),
            (settings("host", 25, "a@example.com>"), "from"),
            (good().login(Some("zoe".into()), None), "password"),
            (good().login(None, secret()), "username"),
            (good().login(Some("a\0b".into()), secret()), "username"),
            (good().dkim("nowhere", "s", &key), "dkim.domain"),
            (good().dkim("example.com", "a b", &key), "dkim.selector"),
            (good().dkim("example.com", "s", &key), "dkim.private_key"),
            (good().trust(b"nothing"), "trusted_certificates"),
            (good().connections(0), "connections"),
            (good().connections(257), "connections"),
            (good().helo("localhost"), "helo"),
            (good().helo("a.example\r\nQUIT"), "helo"),
        ] {
            let refused = refused.expect_err(field);
            assert_eq!(refused.field, field);
            assert!(!format!("{refused} {refused:?}").contains("hunter2"));
        }
        let whole = good().login(Some("zoe".into()), secret()).expect("good");
        assert!(!format!("{whole:?}").contains("hunter2"));
        settings("2001:db8::1", 25, "a@example.com").expect("an IPv6 address");
    }
}
