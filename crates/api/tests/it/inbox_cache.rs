//! Lists and counts from the cache: never older than an answer that a caller has got.

use std::sync::Arc;
use std::time::Duration;

use campanile_api::AnswerLives;
use campanile_cache::InProcessInboxCache;
use serde_json::json;

use crate::support::{TestApi, delete, message, operator, send_json, service, user};

const LIST: &str = "/api/v1/notifications";
const COUNT: &str = "/api/v1/notifications/count";
/// What a list or a count asks of the storage.
const INBOX_CALLS: [&str; 2] = ["inbox_page", "inbox_count"];

async fn cached() -> TestApi {
    let cache = Arc::new(InProcessInboxCache::new(100));
    TestApi::with_cache(cache, AnswerLives::default()).await
}

#[tokio::test]
async fn a_second_question_costs_no_query() {
    let api = cached().await;
    api.post(message(&["u1"]).to_string()).await;
    let token = user("acme", "u1");
    for path in [
        LIST,
        COUNT,
        "/api/v1/notifications?unread_only=true&limit=5",
    ] {
        let first = api.get(path, &token).await;
        assert_eq!(first.status, 200);
        let before = api.storage.calls(&INBOX_CALLS);
        let second = api.get(path, &token).await;
        assert_eq!(second.text, first.text);
        assert_eq!(second.header("content-type"), Some("application/json"));
        let after = api.storage.calls(&INBOX_CALLS);
        assert_eq!(after, before, "{path}");
    }
}

/// Also when who asks has not been looked up for a while.
#[tokio::test(start_paused = true)]
async fn what_is_kept_is_reported_while_the_database_is_away() {
    let api = cached().await;
    api.post(message(&["u1"]).to_string()).await;
    let token = user("acme", "u1");
    let kept = api.get(LIST, &token).await;
    assert_eq!(kept.status, 200);
    api.storage.go_down();
    for _ in 0..4 {
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(api.get(LIST, &token).await.text, kept.text);
        let other = api.get(COUNT, &token).await;
        other.is_problem(503, "service_unavailable");
    }
    // A stranger is not let in for that, and nobody for ever.
    let stranger = api.get(LIST, &user("other", "u1")).await;
    stranger.is_problem(503, "service_unavailable");
    tokio::time::advance(Duration::from_secs(61)).await;
    let late = api.get(LIST, &token).await;
    late.is_problem(503, "service_unavailable");
    api.storage.recover();
    assert_eq!(api.get(LIST, &token).await.status, 200);
}

#[tokio::test]
async fn every_send_is_seen_at_once() {
    let api = cached().await;
    let token = user("acme", "u1");
    for sent in 0..200 {
        for (path, field) in [(LIST, "total"), (COUNT, "count")] {
            assert_eq!(api.get(path, &token).await.json()[field], sent, "{path}");
        }
        assert_eq!(
            api.post(message(&["u0", "u1"]).to_string()).await.status,
            202
        );
    }
}

#[tokio::test]
async fn whatever_is_asked_has_an_answer_of_its_own() {
    let api = cached().await;
    for kind in ["a", "b"] {
        let mut one = message(&["u1"]);
        one["notification_type"] = kind.into();
        api.post(one.to_string()).await;
    }
    let (mine, theirs) = (user("acme", "u1"), user("other", "u1"));
    for _ in 0..2 {
        for (query, items) in [
            ("", 2),
            ("?limit=1", 1),
            ("?offset=1", 1),
            ("?notification_type=a", 1),
            ("?notification_type=a&offset=1", 0),
            ("?to=2001-01-01T00:00:00Z", 0),
        ] {
            let page = api.get(&format!("{LIST}{query}"), &mine).await.json();
            let found = page["notifications"].as_array().unwrap().len();
            assert_eq!(found, items, "{query}");
        }
        assert_eq!(api.get(LIST, &theirs).await.json()["total"], 0);
        assert_eq!(api.get(COUNT, &mine).await.json()["count"], 2);
    }
}

#[tokio::test]
async fn what_waits_for_its_moment_appears_on_time() {
    let api = cached().await;
    let token = user("acme", "u1");
    let due = chrono::Utc::now() + chrono::TimeDelta::milliseconds(600);
    let mut later = message(&["u1"]);
    later["send_at"] = json!(due.to_rfc3339());
    assert_eq!(api.post(later.to_string()).await.status, 202);
    while chrono::Utc::now() < due {
        let asked = chrono::Utc::now();
        for (path, field) in [(LIST, "total"), (COUNT, "count")] {
            let seen = api.get(path, &token).await.json()[field].clone();
            // An answer that took until then may say either.
            if chrono::Utc::now() < due {
                assert_eq!(seen, 0, "asked at {asked}, due at {due}");
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(api.get(LIST, &token).await.json()["total"], 1);
    assert_eq!(api.get(COUNT, &token).await.json()["count"], 1);
}

#[tokio::test]
async fn an_erased_inbox_is_empty_at_once() {
    let api = cached().await;
    api.post(message(&["u1"]).to_string()).await;
    let token = user("acme", "u1");
    assert_eq!(api.get(LIST, &token).await.json()["total"], 1);
    let erase = delete("/api/v1/users/u1", &operator("acme"));
    assert_eq!(api.call(erase).await.status, 204);
    assert_eq!(api.get(LIST, &token).await.json()["total"], 0);
    assert_eq!(api.get(COUNT, &token).await.json()["count"], 0);
}

#[tokio::test]
async fn what_was_cancelled_is_not_answered_from_before() {
    let api = cached().await;
    let sent = api.post(message(&["u1"]).to_string()).await.json();
    let token = user("acme", "u1");
    api.get(LIST, &token).await;
    let questions = || api.storage.calls(&INBOX_CALLS);
    let before = questions();
    api.get(LIST, &token).await;
    assert_eq!(questions(), before, "kept");
    let id = sent["notifications"][0]["id"].as_str().unwrap();
    let cancel = format!("{LIST}/{id}/cancel");
    let cancel = send_json("POST", &cancel, &service("acme"), "");
    assert_eq!(api.call(cancel).await.status, 200);
    api.get(LIST, &token).await;
    assert_eq!(questions(), before + 1, "asked anew");
}
