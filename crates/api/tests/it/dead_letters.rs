//! `/api/v1/admin/dead-letters`: what is listed, and what a choice takes away.

use campanile_domain::{Channel, DeliveryState, TenantId};
use campanile_storage_contract::fixture::{accept, finished, notification};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{Answer, TestApi, make_reachable, operator, send_json, work};

pub const PATH: &str = "/api/v1/admin/dead-letters";

/// The first minute of the test's world; the dead die a minute apart.
fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// What was buried.
#[derive(Clone)]
pub struct Buried {
    pub id: Uuid,
    notification_id: Uuid,
}

/// Buries one for each code.
pub async fn bury(api: &TestApi, tenant: &str, channel: Channel, codes: &[&str]) -> Vec<Buried> {
    make_reachable(api, tenant).await;
    let tenant = TenantId::parse(tenant).unwrap();
    let notifications = codes.iter().map(|_| notification(&tenant, "u1"));
    accept(api.storage.as_ref(), notifications.collect()).await;
    let mut buried = Vec::new();
    work(api.storage.as_ref(), &tenant, channel, |job| {
        let mut result = finished(job, DeliveryState::Dead);
        let attempt = result.attempt.as_mut().unwrap();
        attempt.code = codes[buried.len()].to_owned();
        attempt.detail = "never".into();
        buried.push(Buried {
            id: job.delivery_id.0,
            notification_id: job.notification.id.0,
        });
        result
    })
    .await;
    assert_eq!(buried.len(), codes.len());
    // The last of all that are dead now.
    let mut file = api.folder.connect().await;
    let count = sqlx::query_scalar("SELECT count(*) FROM dead_letters");
    let dead: i64 = count.fetch_one(&mut file).await.unwrap();
    let first = dead - i64::try_from(codes.len()).unwrap();
    let mut file = file.begin_with("BEGIN IMMEDIATE").await.unwrap();
    for (minutes, one) in (first..).zip(&buried) {
        let died_at = start() + TimeDelta::minutes(minutes);
        let died = sqlx::query("UPDATE dead_letters SET died_at = ? WHERE id = ?");
        let died = died.bind(died_at.timestamp_micros()).bind(one.id);
        died.execute(&mut *file).await.unwrap();
    }
    file.commit().await.unwrap();
    buried
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
    let api = TestApi::new().await;
    let buried = bury(&api, "acme", Channel::Webhook, &["410"]).await;
    let page = list(&api, "acme", "").await;
    let expected = json!({
        "dead_letters": [{
            "id": buried[0].id, "notification_id": buried[0].notification_id, "user_id": "u1", "channel": "webhook",
            "code": "410", "detail": "never", "attempts": 1, "died_at": start(),
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
    let api = TestApi::new().await;
    bury(&api, "acme", Channel::Push, &["a", "b", "c", "d", "e"]).await;
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
    let api = TestApi::new().await;
    bury(&api, "acme", Channel::Push, &["a", "b"]).await;
    bury(&api, "acme", Channel::Email, &["a", "450 4.2.0"]).await;
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
        let api = TestApi::new().await;
        let push = bury(&api, "acme", Channel::Push, &["a", "b", "c"]).await;
        bury(&api, "acme", Channel::Email, &["a", "b"]).await;
        bury(&api, "other", Channel::Push, &["z"]).await;
        for (body, count) in [
            (json!({"ids": [push[0].id, push[0].id, Uuid::nil()]}), 1),
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
    let api = TestApi::new().await;
    let token = operator("acme");
    list(&api, "acme", "").await;
    api.storage.go_down();
    let answer = api.get(PATH, &token).await;
    answer.is_problem(503, "service_unavailable");
    for act in ["replay", "purge"] {
        let answer = sweep(&api, "acme", act, &json!({"all": true})).await;
        answer.is_problem(503, "service_unavailable");
    }
}
