//! Where and how an experiment ran.

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use url::Url;

use crate::clock::now_us;

/// The machine carries everything: the service, its servers, the load and the fake provider.
#[derive(Debug, Serialize)]
pub(super) struct Machine {
    /// When it was reported (RFC 3339).
    pub(super) at: String,
    pub(super) cores: usize,
    /// The load was built without optimisation, so it took more CPU than it needs.
    pub(super) is_debug_build: bool,
    /// As it was typed, without secrets.
    pub(super) command: String,
}

impl Machine {
    pub(super) fn here() -> Self {
        let now = UNIX_EPOCH + Duration::from_micros(now_us());
        Self {
            at: humantime::format_rfc3339_seconds(now).to_string(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            is_debug_build: cfg!(debug_assertions),
            command: command(std::env::args().skip(1)),
        }
    }
}

/// Values of these options are not shown.
const SECRETS: [&str; 2] = ["--secret", "--token"];

fn command(arguments: impl Iterator<Item = String>) -> String {
    let (mut words, mut is_secret) = (vec!["campanile-loadtest".to_owned()], false);
    for argument in arguments {
        let (option, value) = match argument.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (Some(option), value),
            _ => (None, argument.as_str()),
        };
        let value = match is_secret || option.is_some_and(|option| SECRETS.contains(&option)) {
            true => "…".to_owned(),
            false => without_password(value),
        };
        is_secret = SECRETS.contains(&argument.as_str());
        words.push(match option {
            Some(option) => format!("{option}={value}"),
            None => value,
        });
    }
    words.join(" ")
}

fn without_password(value: &str) -> String {
    match Url::parse(value) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("xxx"));
            url.into()
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_kept_without_its_secrets() {
        let typed =
            "inbox --secret abc --url=http://h --token=def --redis-url redis://:pw@h:1/ --out o";
        let kept = command(typed.split(' ').map(str::to_owned));
        let expected = "campanile-loadtest inbox --secret … --url=http://h --token=… --redis-url redis://:xxx@h:1/ --out o";
        assert_eq!(kept, expected);
    }
}
