//! What providers write back and must not appear in a timeline, a dead letter or a log: whatever is in
//! an answer, only its codes and our own words are kept.

use campanile_domain::{Channel, OutcomeKind};

use super::answered::{Answered, said, smtp, token};
use super::http::http;
use crate::email::classify::Phase;

/// Names, addresses, numbers, secrets and links; none of them a word of ours.
const PRIVATE: [&str; 8] = [
    "Zoe Mustermann, Tel. +49 171 2345678",
    "zoe@example.com",
    "zoe%40example.com and bounce+zoe=example.com",
    "Bahnhofstrasse 7, 8001 Zürich",
    "1945-05-08 756.1234.5678.97",
    "APA91bHun4MxP5egoKMwt2KZFBaFUH",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.c2ln",
    "https://relay.example/why?user=zoe",
];

/// One answer of each kind and place, with a private text wherever a provider can put one.
fn answers(text: &'static str) -> Vec<(Channel, Answered)> {
    use Phase::{Auth, Connect, Content, Data, Recipient, Sender};
    let line = |line: String| -> &'static str { line.leak() };
    let phases = [Connect, Auth, Sender, Recipient, Data, Content];
    let relays = phases.into_iter().flat_map(|phase| {
        [
            "250 2.0.0",
            "250",
            "421 4.7.0",
            "450",
            "452 4.2.2",
            "550",
            "550 5.1.1",
            "554 5.7.1",
        ]
        .map(|codes| (Channel::Email, smtp(phase, line(format!("{codes} {text}")))))
    });
    let statuses = [200, 302, 400, 401, 403, 404, 410, 429, 500, 503];
    let with_body = |status| {
        let body =
            format!(r#"{{"error":"{text}","message":"{text}","error_description":"{text}"}}"#);
        http(status).body(&body)
    };
    let webhooks = statuses.map(|status| (Channel::Webhook, said(with_body(status))));
    let plain = statuses.map(|status| (Channel::Push, said(with_body(status))));
    let named = [400, 401, 403, 404, 429, 500, 503].map(|status| {
        let answer = http(status)
            .says(text)
            .by_name(text)
            .about_field(text)
            .about_subject(text);
        (Channel::Push, said(answer))
    });
    let tokens = [400, 401, 403, 500].map(|status| (Channel::Push, token(with_body(status))));
    let with_reason = |status| {
        let body = format!(r#"{{"reason":"{text}","message":"{text}"}}"#);
        http(status).of_apple().body(&body)
    };
    let apple = statuses.map(|status| (Channel::Apns, said(with_reason(status))));
    let browsers = statuses.map(|status| (Channel::WebPush, said(with_reason(status))));
    relays
        .chain(apple)
        .chain(browsers)
        .chain(webhooks)
        .chain(plain)
        .chain(named)
        .chain(tokens)
        .collect()
}

#[test]
fn nothing_private_is_kept_of_any_answer() {
    for text in PRIVATE {
        for (channel, answered) in answers(text) {
            let outcome = answered.outcome(channel);
            let kept = format!("{} {}", outcome.code, outcome.detail);
            let words = text.split([' ', ',']).filter(|word| word.len() > 2);
            for word in words.filter(|word| *word != "and") {
                assert!(!kept.contains(word), "{word:?} of {answered:?} in {kept:?}");
            }
            assert!(outcome.code.len() <= 32, "{kept}");
        }
    }
}

/// RFC 5321, section 4.2: the text may be missing.
#[test]
fn a_refusal_without_a_word_is_reported_in_ours() {
    let refused = smtp(Phase::Recipient, "550 5.1.1");
    let outcome = refused.outcome(Channel::Email);
    assert_eq!(outcome.kind, OutcomeKind::AddressGone);
    assert_eq!(outcome.code, "550 5.1.1");
    let expected = "The relay reported that the mailbox does not exist: there is no such mailbox.";
    assert_eq!(outcome.detail, expected);
}
