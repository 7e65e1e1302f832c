//! Addresses as timelines and lists show them: enough to recognise, too little to use.
//!
//! A webhook's path, a push token and an email address are private: operators read timelines over shoulders and in
//! exports.

use campanile_domain::{Channel, UserAddressText};
use url::Url;

/// No shortened address is longer than this, the mark of omission aside.
const MAX_CHARS: usize = 24;

/// The shortened form of an address.
pub(crate) fn shorten(channel: Channel, address: &str) -> String {
    let address = UserAddressText::of_delivery(address).unwrap_or(address);
    match channel {
        // The user's id, which the answer names anyway.
        Channel::InApp => cut(address, MAX_CHARS),
        Channel::Email => email(address),
        Channel::Push => cut(address, 6),
        // An id at the service, or the name of the channel where one address is part of the account's secret.
        Channel::Slack
        | Channel::Discord
        | Channel::Pushover
        | Channel::Apprise
        | Channel::Recipe(_) => {
            let is_name = address == channel.name();
            if Url::parse(address).is_ok_and(|url| url.has_host()) {
                return url(address);
            }
            cut(address, if is_name { MAX_CHARS } else { 6 })
        }
        // Environment and topic stand before the token.
        Channel::Apns => match address.rsplit_once(':') {
            Some((_, token)) => cut(token, 6),
            None => cut(address, 4),
        },
        // The keys of the browser stand before the endpoint.
        Channel::WebPush => match address.find("https://") {
            Some(at) => url(&address[at..]),
            None => cut(address, 4),
        },
        Channel::Webhook => url(address),
    }
}

/// Scheme and host; never the user, path or query, which may be secret.
fn url(address: &str) -> String {
    let Ok(url) = Url::parse(address) else {
        return cut(address, 4);
    };
    let Some(host) = url.host_str() else {
        return cut(address, 4);
    };
    let mut shown = format!("{}://{host}", url.scheme());
    if let Some(port) = url.port() {
        shown.push_str(&format!(":{port}"));
    }
    if url.path().len() > 1 || url.query().is_some() || !url.username().is_empty() {
        shown = shown.chars().take(MAX_CHARS).collect();
        shown.push('…');
        shown
    } else {
        cut(&shown, MAX_CHARS)
    }
}

/// The first letter and the domain.
fn email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            cut(&format!("{first}…@{domain}"), MAX_CHARS)
        }
        None => cut(address, 1),
    }
}

fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_usable_is_shown() {
        for (channel, address, shown) in [
            (
                Channel::Webhook,
                "https://a.example/hook?k=1",
                "https://a.example…",
            ),
            (
                Channel::Webhook,
                "https://u:p@a.example",
                "https://a.example…",
            ),
            (
                Channel::Webhook,
                "http://127.0.0.1:9000/x",
                "http://127.0.0.1:9000…",
            ),
            (Channel::Webhook, "https://a.example/", "https://a.example"),
            (
                Channel::Webhook,
                "https://a-very-long-host-name.example/secret",
                "https://a-very-long-host…",
            ),
            (Channel::Slack, "slack", "slack"),
            (Channel::Discord, "discord", "discord"),
            (Channel::Slack, "U0123456789", "U01234…"),
            (Channel::Slack, "user:U0123456789", "U01234…"),
            (
                Channel::Discord,
                "user:https://discord.com/api/webhooks/0/XXXX",
                "https://discord.com…",
            ),
            (
                Channel::Pushover,
                "uQiRzpo4DXghDmr9QzzfQu27cmVRsG",
                "uQiRzp…",
            ),
            (
                Channel::WebPush,
                "web_push:BKey:auth:https://push.example.com/send/x",
                "https://push.example.com…",
            ),
            (Channel::WebPush, "web_push:BKey", "web_…"),
            (
                Channel::Apns,
                "apns:production:com.example.app:00fc13adff78512e",
                "00fc13…",
            ),
            (Channel::Webhook, "not a url", "not …"),
            (Channel::Email, "anna@example.org", "a…@example.org"),
            (Channel::Push, "fGk3token-of-a-device", "fGk3to…"),
            (Channel::InApp, "u1", "u1"),
            (Channel::Webhook, "", ""),
        ] {
            assert_eq!(shorten(channel, address), shown);
        }
    }
}
