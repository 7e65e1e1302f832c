//! One table over all recipes: a row a reply, with the page that documents it.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use campanile_domain::{AddressFate, Blame, OutcomeKind};
use campanile_recipes::Reply;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::support::{now, recipe};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    status: u16,
    #[serde(default)]
    headers: HashMap<String, String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    json: Option<Value>,
    outcome: String,
    code: String,
    #[serde(default)]
    wait_ms: Option<u64>,
    #[serde(default)]
    floor_s: Option<u64>,
    source: String,
}

impl Row {
    fn headers(&self) -> HeaderMap {
        let headers = self.headers.iter().map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a name");
            (name, value.parse().expect("a value"))
        });
        headers.collect()
    }

    fn body(&self) -> String {
        match (&self.text, &self.json) {
            (Some(text), None) => text.clone(),
            (None, Some(json)) => json.to_string(),
            (None, None) => String::new(),
            (Some(_), Some(_)) => panic!("one body: {self:?}"),
        }
    }
}

fn rows(name: &str) -> Vec<Row> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/replies/{name}.jsonl"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let rows = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}: {line}")));
    rows.collect()
}

#[test]
fn every_reply_has_one_meaning() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for recipe in campanile_recipes::all() {
        let (mut seen, mut kinds) = (HashSet::new(), HashSet::new());
        for row in rows(&recipe.name) {
            count += 1;
            let (headers, body) = (row.headers(), row.body());
            assert!(row.source.starts_with("https://"), "{row:?}");
            let key = format!("{} {:?} {body}", row.status, row.headers);
            assert!(seen.insert(key), "{}: twice: {row:?}", recipe.name);
            let status = StatusCode::from_u16(row.status).expect("a status");
            let reply = Reply {
                status,
                headers: &headers,
                body: body.as_bytes(),
            };
            let outcome = recipe.classify(&reply, now());
            let (kind, blame) = match &*row.outcome {
                "quota" => ("retry", Blame::Quota),
                kind @ ("retry" | "ambiguous" | "misconfigured") => (kind, Blame::Account),
                kind => (kind, Blame::Addressee),
            };
            let fate = if kind == "address_gone" {
                AddressFate::Gone
            } else {
                AddressFate::Kept
            };
            let expected = (kind, &*row.code, blame, fate, row.wait_ms, row.floor_s);
            let [wait, floor] = [outcome.retry_after, outcome.floor];
            let wait = wait.map(|wait| u64::try_from(wait.as_millis()).expect("fits"));
            let found = (
                outcome.kind.name(),
                &*outcome.code,
                outcome.blame,
                outcome.address,
                wait,
                floor.map(|floor| floor.as_secs()),
            );
            if expected != found {
                wrong.push(format!("{}: {row:?}\n  {found:?}", recipe.name));
            }
            assert!(
                (1..=300).contains(&outcome.detail.chars().count()),
                "{row:?}"
            );
            for private in ["zoe", "Zoe", "1555867", "1650555"] {
                assert!(
                    !outcome.detail.contains(private) && !outcome.code.contains(private),
                    "{row:?}"
                );
            }
            kinds.insert(outcome.kind);
        }
        // Whatever can happen is in the table; an alert or a gateway has no address that could be gone.
        for kind in OutcomeKind::ALL {
            let is_absent = kind == OutcomeKind::AddressGone
                && matches!(
                    &*recipe.name,
                    "gotify" | "pagerduty" | "opsgenie" | "apprise"
                );
            assert_eq!(
                kinds.contains(&kind),
                !is_absent,
                "{}: {}",
                recipe.name,
                kind.name()
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 250, "{count}");
}

#[test]
fn the_tables_belong_to_recipes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    for file in std::fs::read_dir(folder).expect("the folder") {
        let name = file.expect("a file").file_name();
        let name = name.to_string_lossy();
        recipe(name.strip_suffix(".jsonl").expect("a table"));
    }
}

/// Every status, with bodies of all kinds: none is a success by accident, and none panics.
#[test]
fn no_status_is_without_a_meaning() {
    let bodies: [&[u8]; 6] = [
        b"",
        b"<html>",
        b"null",
        b"[[[[",
        b"\xff\xfe",
        b"{\"code\":{\"a\":[1]},\"error\":{}}",
    ];
    for recipe in campanile_recipes::all() {
        for status in 200..=599 {
            for body in bodies {
                let status = StatusCode::from_u16(status).expect("a status");
                let headers = HeaderMap::new();
                let outcome = recipe.classify(
                    &Reply {
                        status,
                        headers: &headers,
                        body,
                    },
                    now(),
                );
                let is_taken = outcome.kind == OutcomeKind::Delivered;
                assert!(
                    !is_taken || status.is_success(),
                    "{}: {status}",
                    recipe.name
                );
                assert!(outcome.retry_after < Some(Duration::MAX));
                assert!(outcome.code.len() <= 32);
            }
        }
    }
}

/// Of a service that passes messages on, the timeline says which targets got it: by the names of services, never of people.
#[test]
fn what_became_of_each_target_is_told() {
    let headers = HeaderMap::new();
    let entry = |text: &str| serde_json::json!(["INFO", "2026-11-30T08:00:00", text]);
    for (status, texts, told) in [
        (200, vec![], "Apprise accepted the message."),
        (
            200,
            vec!["Sent Discord notification.", "Sent JSON POST notification."],
            "Apprise accepted the message. Sent: Discord, JSON POST.",
        ),
        (
            424,
            vec![
                "Sent Discord notification.",
                "Sent Discord notification.",
                "Failed to send Slack notification: Not Found, error=404.",
                "A Connection error occurred sending Matrix notification to zoe.example.com.",
            ],
            "because the others would get it twice. Sent: Discord (2). Failed: Matrix, Slack.",
        ),
        (
            424,
            vec![
                "Failed to send zoe@example.com notification",
                "Failed to send a message that is longer than any name of a service notification",
                "Failed to send <script> notification",
                "Sent  notification",
            ],
            "because the others would get it twice.",
        ),
    ] {
        let details: Vec<_> = texts.iter().map(|text| entry(text)).collect();
        let body = serde_json::json!({"error": null, "details": details}).to_string();
        let reply = Reply {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: &headers,
            body: body.as_bytes(),
        };
        let outcome = recipe("apprise").classify(&reply, now());
        assert!(outcome.detail.ends_with(told), "{}", outcome.detail);
        assert!(!outcome.detail.contains("zoe"), "{}", outcome.detail);
    }
    let many: Vec<_> = (0..20)
        .map(|n| entry(&format!("Sent S{n} notification.")))
        .collect();
    let body = serde_json::json!({"error": null, "details": many}).to_string();
    let reply = Reply {
        status: StatusCode::OK,
        headers: &headers,
        body: body.as_bytes(),
    };
    let outcome = recipe("apprise").classify(&reply, now());
    assert!(outcome.detail.ends_with("12 more."), "{}", outcome.detail);
}
