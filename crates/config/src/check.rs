//! Checks that several sections share. A failure is a half sentence that follows the value: see `Reader`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use url::Url;

/// Accepts any text without line breaks or other control characters.
pub(crate) fn line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("contains a line break or control character".to_owned());
    }
    Ok(text.trim().to_owned())
}

/// Accepts any text; for secrets without a specific format.
pub(crate) fn anything(_: &str) -> Result<(), String> {
    Ok(())
}

/// Parses by the type, and says `reason` when that fails.
pub(crate) fn parsed<T: FromStr>(reason: &'static str) -> impl Fn(&str) -> Result<T, String> {
    move |text| text.trim().parse().map_err(|_| reason.to_owned())
}

/// Accepts a URL with one of the schemes and, unless it is the socket form of `postgres:///`, a host.
pub(crate) fn url(text: &str, schemes: &[&str]) -> Result<Url, String> {
    // `localhost:5432/x` is a URL to the parser, with the scheme `localhost`.
    if !text.contains("://")
        && !schemes
            .iter()
            .any(|s| text.trim().starts_with(&format!("{s}:")))
    {
        return Err(format!("does not begin with {}://", schemes[0]));
    }
    let url = Url::parse(text.trim()).map_err(|error| format!("is not a URL ({error})"))?;
    if !schemes.contains(&url.scheme()) {
        // Only an intended scheme: in `secret:word` it would be the start of a secret.
        let known = [
            "http",
            "https",
            "postgres",
            "postgresql",
            "mysql",
            "sqlite",
            "redis",
            "rediss",
        ];
        let found = known
            .iter()
            .chain(&["amqp", "amqps", "ftp", "file"])
            .find(|s| **s == url.scheme());
        return Err(match found {
            Some(scheme) => format!("begins with `{scheme}:`"),
            None => "begins with an unknown scheme".to_owned(),
        });
    }
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if !has_host && !url.scheme().starts_with("postgres") {
        return Err("has no host".to_owned());
    }
    Ok(url)
}

/// Accepts a URL that is spoken with HTTP.
pub(crate) fn http_url(text: &str) -> Result<Url, String> {
    url(text, &["http", "https"])
}

/// Accepts a length of time such as `90s` or `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text.trim()).map_err(|_| "is not a duration".to_owned())
}

/// Accepts a moment as RFC 3339 writes it, in UTC.
pub(crate) fn moment(text: &str) -> Result<SystemTime, String> {
    humantime::parse_rfc3339(text.trim()).map_err(|_| "is not a time in UTC".to_owned())
}

/// Accepts networks with commas or blanks between.
pub(crate) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .enumerate()
        .map(|(index, part)| match part.parse::<IpNet>() {
            Ok(network) => Ok(network.trunc()),
            Err(_) => Err(format!("is not a list of networks (entry {})", index + 1)),
        })
        .collect()
}

/// Accepts origins of web pages with commas or blanks between, and writes them as browsers do.
pub(crate) fn origins(text: &str) -> Result<Vec<String>, String> {
    text.split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .enumerate()
        .map(|(index, part)| {
            origin(part)
                .map_err(|why| format!("is not a list of origins (entry {} {why})", index + 1))
        })
        .collect()
}

fn origin(text: &str) -> Result<String, &'static str> {
    if text.contains('*') {
        return Err("has a wildcard; list each origin");
    }
    let url = Url::parse(text).map_err(|_| "is not an origin")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("does not begin with https:// or http:// and a host");
    }
    let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
    if has_more || text.ends_with('/') || !url.username().is_empty() || url.password().is_some() {
        return Err("has more than scheme, host and port");
    }
    Ok(url.origin().ascii_serialization())
}

/// Gives the bytes behind standard base64 with padding.
pub(crate) fn base64_bytes(text: &str) -> Result<Vec<u8>, String> {
    STANDARD
        .decode(text.trim())
        .map_err(|_| "is not base64".to_owned())
}

/// Accepts a PEM block with one of the labels, also with `\n` written as two characters, the form that JSON key files and
/// one-line variables use.
pub(crate) fn pem(text: &str, labels: &[&str]) -> Result<String, String> {
    let text = text.replace("\\n", "\n");
    let body = text.trim();
    let is_whole = labels.iter().any(|label| {
        body.starts_with(&format!("-----BEGIN {label}-----"))
            && body.ends_with(&format!("-----END {label}-----"))
    });
    if is_whole {
        Ok(format!("{body}\n"))
    } else {
        Err("is not such a PEM block".to_owned())
    }
}

/// Shows where a URL leads without what may be secret in it: credentials, path and query.
pub(crate) struct Host<'a>(pub(crate) &'a Url);

impl fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}",
            self.0.scheme(),
            self.0.host_str().unwrap_or_default()
        )?;
        match self.0.port() {
            Some(port) => write!(f, ":{port}/…"),
            None => f.write_str("/…"),
        }
    }
}

/// Accepts `local@domain` as far as it can be checked without sending mail.
pub(crate) fn mail_address(text: &str) -> Result<String, String> {
    let text = line(text)?;
    let is_odd = |c: char| c.is_whitespace() || "<>,;\"".contains(c);
    match text.rsplit_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !local.contains('@')
                && !text.contains(is_odd) =>
        {
            Ok(text)
        }
        _ => Err("is not an email address".to_owned()),
    }
}
