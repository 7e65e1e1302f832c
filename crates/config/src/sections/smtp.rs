//! The operator's own mail relay.

use campanile_domain::HeloName;
use secrecy::SecretString;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;

pub(crate) const HOST: Key = Key::plain("smtp", "host", "SMTP_HOST")
    .means("The mail relay. If set, the tenant `default` can send emails.")
    .expects("a host name or IP address without scheme and port");
const PORT: Key = Key::plain("smtp", "port", "SMTP_PORT")
    .means("The port of the relay.")
    .by_role("587 for `starttls`, 465 for `tls`, 25 for `none`")
    .expects("a port from 1 to 65535");
const USERNAME: Key = Key::plain("smtp", "username", "SMTP_USERNAME")
    .means("The login at the relay (default: no login).")
    .expects("one line of text");
const PASSWORD: Key = Key::secret("smtp", "password", "SMTP_PASSWORD")
    .means("The password of the login.")
    .expects("the password of SMTP_USERNAME");
const TLS: Key = Key::plain("smtp", "tls", "SMTP_TLS")
    .means("Encryption of the connection: STARTTLS, TLS from the start, or none.")
    .expects("starttls, tls or none");

const CONNECTIONS: Key = Key::plain("smtp", "connections", "SMTP_CONNECTIONS")
    .means("Maximum number of connections of one process to the relay. One connection carries some hundred emails a \
        second.")
    .expects("a whole number from 1 to 256");

const HELO: Key = Key::plain("smtp", "helo", "SMTP_HELO")
    .means("The name to send in EHLO (default: this machine's host name if it is fully qualified, else the local \
        address of the connection in brackets).")
    .expects("a fully-qualified host name such as mail.example.com, or an address such as [192.0.2.1]");

pub(crate) const KEYS: &[Key] = &[HOST, PORT, USERNAME, PASSWORD, TLS, CONNECTIONS, HELO];

/// How the connection to a relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Plain at first, then upgraded; refused if the relay does not offer it.
    StartTls,
    /// Protected from the first byte.
    Tls,
    /// Plain; for relays on the same machine.
    None,
}

/// The operator's relay.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// The relay; absent, there is none.
    pub host: Option<String>,
    /// The port, if not the usual one.
    pub port: Option<u16>,
    /// The login.
    pub username: Option<String>,
    /// The login's password.
    pub password: Option<SecretString>,
    /// The protection.
    pub tls: SmtpTls,
    /// How many connections at once.
    pub connections: u16,
    /// The name in EHLO.
    pub helo: Option<HeloName>,
}

impl Smtp {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            host: reader.optional(&HOST, host),
            port: reader.optional(&PORT, port),
            username: reader.optional(&USERNAME, check::line),
            password: reader.exact_secret(&PASSWORD, check::anything),
            tls: reader.with_default(&TLS, tls),
            connections: reader.with_default(&CONNECTIONS, connections),
            helo: reader.optional(&HELO, helo),
        }
    }

    /// Gives the port set, or the usual one of the protection.
    pub fn port_or_usual(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            SmtpTls::StartTls => 587,
            SmtpTls::Tls => 465,
            SmtpTls::None => 25,
        })
    }

    pub(crate) fn validate(&self, problems: &mut SettingErrors) {
        match (&self.username, &self.password) {
            (Some(_), None) => problems.report(
                &PASSWORD,
                "is missing but required with SMTP_USERNAME, expected both or none",
            ),
            (None, Some(_)) => problems.report(
                &USERNAME,
                "is missing but required with SMTP_PASSWORD, expected both or none",
            ),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}

fn host(text: &str) -> Result<String, String> {
    url::Host::parse(text.trim())
        .or_else(|_| text.trim().parse().map(url::Host::Ipv6).map_err(drop))
        .map_err(|()| "is not a host".to_owned())?;
    Ok(text.trim().to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    match check::parsed::<u16>("is not a port")(text)? {
        0 => Err("is not a port to connect to".to_owned()),
        port => Ok(port),
    }
}

fn connections(text: &str) -> Result<u16, String> {
    match check::parsed::<u16>("is not a number")(text)? {
        count @ 1..=256 => Ok(count),
        _ => Err("is out of range".to_owned()),
    }
}

fn helo(text: &str) -> Result<HeloName, String> {
    HeloName::parse(text.trim())
        .map_err(|_| "is not a valid EHLO name (RFC 5321, section 4.1.1.1)".to_owned())
}

fn tls(text: &str) -> Result<SmtpTls, String> {
    match text.trim() {
        "starttls" => Ok(SmtpTls::StartTls),
        "tls" => Ok(SmtpTls::Tls),
        "none" => Ok(SmtpTls::None),
        _ => Err("is not a TLS mode".to_owned()),
    }
}
