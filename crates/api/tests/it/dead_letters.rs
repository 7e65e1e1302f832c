//! `/api/v1/admin/dead-letters`: what is listed, and what a choice takes away.

use std::sync::atomic::Ordering;

use campanile_domain::{Channel, DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::DeadLetter;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, TestApi, operator, send_json};

pub const PATH: &str = "/api/v1/admin/dead-letters";

/// The first minute of the test's world; the dead die a minute apart.
fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Buries one for each code.
pub fn bury(api: &TestApi, tenant: &str, channel: Channel, codes: &[&str]) -> Vec<Uuid> {
    let mut dead = api.storage.dead.lock().unwrap();
    let bury = |code: &&str| {
        let minutes = i64::try_from(dead.len()).unwrap();
        let died_at = start() + TimeDelta::minutes(minutes);
        let notification_id = NotificationId::at(died_at);
        let id = DeliveryId::of(notification_id, channel, code);
        let letter = DeadLetter {
            id,
            notification_id: Some(notification_id),
            user_id: UserId::parse("u1").ok(),
            channel: Some(channel),
            code: (*code).to_owned(),
            detail: "never".into(),
            attempts: 8,
            died_at,
        };
        dead.push((TenantId::parse(tenant).unwrap(), letter));
        id.0
    };
    codes.iter().map(bury).collect()
}

pub async fn list(api: &TestApi, tenant: &str, query: &str) -> Value {
    let path = format!("{PATH}?{query}");
    let answer = api.get(&path, &operator(tenant)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// `replay` or `purge`.
pub async fn sweep(api: &TestApi, tenant: &str, act: &str, body: &Value) -> Answer {
    let path = format!("{PATH}/{act}");
    let request = send_json("POST", &path, &operator(tenant), body.to_string());
    api.call(request).await
}

fn codes(page: &Value) -> Vec<&str> {
    let letters = page["dead_letters"].as_array().unwrap();
    let codes = letters.iter().map(|letter| letter["code"].as_str());
    codes.map(Option::unwrap).collect()
}

#[tokio::test]
async fn a_dead_letter_tells_all_of_the_contract_and_nothing_else() {
    let api = TestApi::new();
    let ids = bury(&api, "acme", Channel::Webhook, &["410"]);
    let page = list(&api, "acme", "").await;
    let notification = api.storage.dead.lock().unwrap()[0].1.notification_id;
    let expected = json!({
        "dead_letters": [{
            "id": ids[0], "notification_id": notification, "user_id": "u1", "channel": "webhook",
            "code": "410", "detail": "never", "attempts": 8, "died_at": start(),
        }],
        "total": 1,
        "next_cursor": null,
    });
    assert_eq!(page, expected);
    let foreign = list(&api, "other", "").await;
    let nothing = json!({"dead_letters": [], "total": 0, "next_cursor": null});
    assert_eq!(foreign, nothing);
}

#[tokio::test]
async fn a_cursor_walks_through_all_of_them_newest_first() {
    let api = TestApi::new();
    bury(&api, "acme", Channel::Push, &["a", "b", "c", "d", "e"]);
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = list(&api, "acme", &query).await;
        assert_eq!(page["total"], 5);
        seen.extend(codes(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["e", "d", "c", "b", "a"]);
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let api = TestApi::new();
    bury(&api, "acme", Channel::Push, &["a", "b"]);
    bury(&api, "acme", Channel::Email, &["a", "450 4.2.0"]);
    let at = |minutes| (start() + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ");
    for (query, expected) in [
        ("channel=email".to_owned(), &["450 4.2.0", "a"][..]),
        ("channel=push&code=a".to_owned(), &["a"]),
        ("code=450%204.2.0".to_owned(), &["450 4.2.0"]),
        ("code=450".to_owned(), &[]),
        (format!("from={}", at(3)), &["450 4.2.0"]),
        (format!("from={}&to={}", at(1), at(2)), &["b"]),
        ("channel=sse".to_owned(), &[]),
    ] {
        let page = list(&api, "acme", &query).await;
        assert_eq!(codes(&page), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
    let wrong = format!("{PATH}?limit=0&channel=pigeon&cursor=x&offset=1");
    let answer = api.get(&wrong, &operator("acme")).await;
    answer.names_wrong(&[
        ("limit", "out_of_range"),
        ("cursor", "wrong_format"),
        ("channel", "unknown_value"),
        ("offset", "unknown_parameter"),
    ]);
}

#[tokio::test]
async fn what_is_chosen_leaves_the_list_and_the_rest_stays() {
    for (act, counted) in [("replay", "replayed"), ("purge", "purged")] {
        let api = TestApi::new();
        let push = bury(&api, "acme", Channel::Push, &["a", "b", "c"]);
        bury(&api, "acme", Channel::Email, &["a", "b"]);
        bury(&api, "other", Channel::Push, &["z"]);
        for (body, count) in [
            (json!({"ids": [push[0], push[0], Uuid::nil()]}), 1),
            (json!({"channel": "push", "code": "b"}), 1),
            (json!({"code": "b", "to": start()}), 0),
            (json!({"channel": "email"}), 2),
            (json!({"all": true}), 1),
            (json!({"all": true}), 0),
        ] {
            let answer = sweep(&api, "acme", act, &body).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let expected = json!({counted: count, "more": false});
            assert_eq!(answer.json(), expected, "{body}");
        }
        assert_eq!(list(&api, "acme", "").await["total"], 0);
        assert_eq!(list(&api, "other", "").await["total"], 1, "{act}");
    }
}

#[tokio::test]
async fn without_a_database_it_is_unavailable() {
    let api = TestApi::new();
    let token = operator("acme");
    list(&api, "acme", "").await;
    api.storage.down.store(true, Ordering::Relaxed);
    let answer = api.get(PATH, &token).await;
    answer.is_problem(503, "service_unavailable");
    for act in ["replay", "purge"] {
        let answer = sweep(&api, "acme", act, &json!({"all": true})).await;
        answer.is_problem(503, "service_unavailable");
    }
}
