//! What providers answer and what it means: one table over all channels, a row an answer.
//!
//! `push`, `apns`, `web_push`, `email` and `webhook` hold its rows, `sources` says which page documents each, `texts` has what
//! none of them may keep, `answered` and `http` the words in which they are written.

mod answered;
mod apns;
mod email;
mod http;
mod push;
mod sources;
mod texts;
mod web_push;
mod webhook;

use std::collections::HashSet;
use std::time::Duration;

use answered::Answered;
use campanile_domain::{AddressFate, Blame, Channel, Outcome, OutcomeKind};
use http::ADDRESS;

/// The channel and what it was answered; then the whole outcome: class, code, on whose side the
/// obstacle lies, what is said of the address, the provider's wish and the channel's least wait.
type Row = (
    Channel,
    Answered,
    OutcomeKind,
    &'static str,
    Blame,
    AddressFate,
    Option<Duration>,
    Option<Duration>,
);

/// No wait is asked for.
const NO: Option<Duration> = None;

/// A wait in seconds.
const fn s(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

/// The channels that call a provider.
const CHANNELS: [Channel; 5] = [
    Channel::Push,
    Channel::Apns,
    Channel::WebPush,
    Channel::Email,
    Channel::Webhook,
];

/// Long enough for a sentence and what a relay said.
const MAX_DETAIL_CHARS: usize = 300;

/// Every row, with the page that documents what its provider answers.
fn table() -> Vec<(&'static str, Row)> {
    let rows = [
        push::rows(),
        apns::rows(),
        web_push::rows(),
        email::rows(),
        webhook::rows(),
    ];
    let rows = rows.into_iter().flatten();
    rows.map(|row| (sources::source(row.0, &row.1), row))
        .collect()
}

/// Whether a channel can hear this at all. A webhook's receiver is its own address: there is no account beside it that could
/// be set up wrongly. Browsers' push services are users' addresses, and must not blame the account.
const fn can(channel: Channel, kind: OutcomeKind) -> bool {
    match kind {
        OutcomeKind::Delivered
        | OutcomeKind::Retry
        | OutcomeKind::AddressGone
        | OutcomeKind::Rejected
        | OutcomeKind::Ambiguous => true,
        OutcomeKind::Misconfigured => !matches!(channel, Channel::Webhook | Channel::WebPush),
    }
}

#[test]
fn every_answer_has_one_meaning() {
    for (source, row) in table() {
        let (channel, answered, kind, code, blame, address, retry_after, floor) = row;
        assert!(source.starts_with("https://"), "{channel}: {source}");
        let outcome = answered.outcome(channel);
        let expected = Outcome {
            kind,
            code: code.to_owned(),
            detail: outcome.detail.clone(),
            blame,
            address,
            address_as_of: outcome.address_as_of,
            retry_after,
            floor,
            remedy: outcome.remedy,
        };
        assert_eq!(outcome, expected, "{channel}: {answered:?}, see {source}");
        let detail = outcome.detail;
        let length = detail.chars().count();
        assert!((1..=MAX_DETAIL_CHARS).contains(&length), "{detail}");
        assert!(!detail.contains("zoe"), "{ADDRESS} in {detail:?}");
        // Only a fault that an operator or time can resolve has a remedy.
        let is_mendable = kind == OutcomeKind::Misconfigured || kind == OutcomeKind::Retry;
        assert!(outcome.remedy.is_none() || is_mendable, "{answered:?}");
    }
}

#[test]
fn every_class_occurs_wherever_it_can() {
    let table = table();
    let rows = table.iter().map(|(_, row)| row);
    let seen: HashSet<_> = rows.map(|row| (row.0, row.2)).collect();
    for channel in CHANNELS {
        for kind in OutcomeKind::ALL {
            let occurs = seen.contains(&(channel, kind));
            assert_eq!(occurs, can(channel, kind), "{channel}: {}", kind.name());
        }
    }
    assert!(seen.iter().all(|(channel, _)| CHANNELS.contains(channel)));
}

#[test]
fn no_answer_is_there_twice() {
    let mut seen = HashSet::new();
    for (_, (channel, answered, ..)) in table() {
        let row = format!("{channel}: {answered:?}");
        assert!(seen.insert(row.clone()), "twice: {row}");
    }
    assert!(seen.len() >= 250, "{}", seen.len());
    let pages: HashSet<_> = table().into_iter().map(|(source, _)| source).collect();
    assert!(pages.len() >= 15, "one page for all is none: {pages:?}");
}
