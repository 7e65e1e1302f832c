//! The operator's own mail relay.

use secrecy::SecretString;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;

pub(crate) const HOST: Key = Key::plain("smtp", "host", "SMTP_HOST")
    .means(
        "The mail relay
    .reserved(); set, the tenant `default` can send mail.",
    )
    .expects("a host name or IP address without scheme and port");
const PORT: Key = Key::plain("smtp", "port", "SMTP_PORT")
    .means("The relay's port.")
    .by_role("587 for `starttls`, 465 for `tls`, 25 for `none`")
    .expects("a port from 1 to 65535")
    .reserved();
const USERNAME: Key = Key::plain("smtp", "username", "SMTP_USERNAME")
    .means(
        "The login at the relay
    .reserved(); left out, none is made.",
    )
    .expects("one line of text");
const PASSWORD: Key = Key::secret("smtp", "password", "SMTP_PASSWORD")
    .means("The password of the login.")
    .expects("the password that belongs to SMTP_USERNAME")
    .reserved();
const TLS: Key = Key::plain("smtp", "tls", "SMTP_TLS")
    .means("How the connection is protected: upgraded, from the first byte, or not at all.")
    .expects("starttls, tls or none")
    .reserved();

pub(crate) const KEYS: &[Key] = &[HOST, PORT, USERNAME, PASSWORD, TLS];

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
}

impl Smtp {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            host: reader.optional(&HOST, host),
            port: reader.optional(&PORT, port),
            username: reader.optional(&USERNAME, check::line),
            password: reader.exact_secret(&PASSWORD, check::anything),
            tls: reader.with_default(&TLS, tls),
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
                "missing while SMTP_USERNAME is given, expected both or none",
            ),
            (None, Some(_)) => problems.report(
                &USERNAME,
                "missing while SMTP_PASSWORD is given, expected both or none",
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

fn tls(text: &str) -> Result<SmtpTls, String> {
    match text.trim() {
        "starttls" => Ok(SmtpTls::StartTls),
        "tls" => Ok(SmtpTls::Tls),
        "none" => Ok(SmtpTls::None),
        _ => Err("is no way to protect a connection".to_owned()),
    }
}
