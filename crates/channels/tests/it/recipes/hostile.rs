//! Services that mean harm, and accounts that point where they may not.

use campanile_domain::{Channel, OutcomeKind};
use serde_json::json;
use tokio::time::Instant;

use super::service::{Answer, Service};
use super::{LOCAL, PUSHOVER_USER, account, pushover, send};

/// A tenth of a second would do; a machine that is busy gets ten.
const AT_ONCE_SECONDS: u64 = 10;

#[tokio::test]
async fn a_reply_of_a_hundred_megabytes_is_not_read() {
    let part = vec![b' '; 1024 * 1024];
    let service = Service::start(Answer::bytes(200, &part).times(100)).await;
    let begin = Instant::now();
    let outcome = send(&pushover(&service), PUSHOVER_USER).await;
    assert_eq!(outcome.kind, OutcomeKind::Ambiguous, "{outcome:?}");
    assert!(begin.elapsed().as_secs() < AT_ONCE_SECONDS);
}

#[tokio::test]
async fn a_compressed_reply_is_not_unpacked() {
    // gzip of {"status":1}: no encoding was asked for, so this is not JSON.
    let zipped = [
        31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 86, 42, 46, 73, 44, 41, 45, 86, 178, 50, 172, 5, 0,
        69, 57, 83, 105, 12, 0, 0, 0,
    ];
    let answer = Answer::bytes(200, &zipped).header("content-encoding", "gzip");
    let service = Service::start(answer).await;
    let outcome = send(&pushover(&service), PUSHOVER_USER).await;
    assert_eq!(outcome.kind, OutcomeKind::Ambiguous, "{outcome:?}");
    assert_eq!(service.calls()[0].header("accept-encoding"), None);
}

#[tokio::test]
async fn a_page_instead_of_json_proves_nothing() {
    let page = Answer::text(200, "<!DOCTYPE html><title>Log in</title>");
    let service = Service::start(page).await;
    let outcome = send(&pushover(&service), PUSHOVER_USER).await;
    assert_eq!(outcome.kind, OutcomeKind::Ambiguous, "{outcome:?}");
    assert!(!outcome.detail.contains("Log in"));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let inward = Service::start(Answer::json(200, &json!({"status": 1}))).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = Answer::text(status, "").header("location", &inward.url());
        let service = Service::start(answer).await;
        let outcome = send(&pushover(&service), PUSHOVER_USER).await;
        assert_eq!(outcome.kind, OutcomeKind::Misconfigured, "{status}");
        assert_eq!(service.calls().len(), 1);
    }
    assert!(inward.calls().is_empty());
}

#[tokio::test]
async fn no_account_reaches_the_installations_own_networks() {
    let service = Service::start(Answer::text(200, "ok")).await;
    let port = service.url().rsplit_once(':').unwrap().1.to_owned();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
    ] {
        for (channel, settings) in [
            (
                Channel::Slack,
                json!({"url": format!("http://{host}:{port}/services/x")}),
            ),
            (
                Channel::Discord,
                json!({"url": format!("http://{host}:{port}/api/webhooks/1/x")}),
            ),
            (
                Channel::Pushover,
                json!({"token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi", "endpoint": format!("http://{host}:{port}")}),
            ),
        ] {
            let to = match channel {
                Channel::Pushover => PUSHOVER_USER,
                other => other.name(),
            };
            let outcome = send(&account(channel, settings, &[]), to).await;
            let found = (outcome.kind, &*outcome.code);
            let expected = (OutcomeKind::Misconfigured, "address_forbidden");
            assert_eq!(found, expected, "{channel} {host}");
        }
    }
    assert!(service.calls().is_empty());
    // The same account where the operator allows the network.
    let hook = json!({"url": format!("{}/services/x", service.url())});
    let allowed = send(&account(Channel::Slack, hook, LOCAL), "slack").await;
    assert_eq!(allowed.kind, OutcomeKind::Delivered);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_tried_again() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let hook = json!({"url": format!("http://127.0.0.1:{port}/x")});
    let outcome = send(&account(Channel::Discord, hook, LOCAL), "discord").await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Retry, "connect")
    );
    assert!(outcome.detail.contains("Discord"), "{}", outcome.detail);
}
