//! `/api/v1/notifications/preferences/next-delivery` and dry runs.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryState, TenantId};
use campanile_pipeline::Presence;
use campanile_storage::Person;
use campanile_storage_contract::fixture::finished;
use serde_json::{Value, json};

use super::{ALL, MINE, get, put};
use crate::support::{TestApi, message, operator, service, user, work};

#[tokio::test]
async fn it_is_reported_when_something_would_be_delivered() {
    let api = TestApi::new().await;
    let mine = user("acme", "u1");
    let choices = json!({
        "email_notifications": false, "notification_types": {"news": false},
        "channels": {"chat": {"push": false}},
        "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00",
            "timezone": "Europe/Berlin"},
    });
    put(&api, MINE, &mine, &choices).await;
    // The night in which the clock goes forward, and the one in which it goes back.
    let (spring, autumn) = ("2026-03-28T23:00:00Z", "2026-10-24T23:00:00%2B02:00");
    let (morning, late_morning) = ("2026-03-29T06:00:00Z", "2026-10-25T07:00:00Z");
    let noon = "2026-03-29T12:00:00Z";
    for (query, delivered, deferred, suppressed) in [
        (
            format!("channel=push&at={spring}"),
            json!(morning),
            "quiet_hours",
            "",
        ),
        (
            format!("channel=push&at={autumn}"),
            json!(late_morning),
            "quiet_hours",
            "",
        ),
        (format!("channel=push&at={noon}"), json!(noon), "", ""),
        (format!("channel=in_app&at={spring}"), json!(spring), "", ""),
        (
            format!("channel=webhook&at={spring}"),
            json!(spring),
            "",
            "",
        ),
        (
            format!("channel=email&at={noon}"),
            Value::Null,
            "",
            "channel_off",
        ),
        (
            format!("channel=push&at={noon}&notification_type=news"),
            Value::Null,
            "",
            "type_off",
        ),
        (
            format!("channel=push&at={noon}&notification_type=chat"),
            Value::Null,
            "",
            "type_channel_off",
        ),
        (
            format!("channel=push&at={spring}&notification_type=other&priority=critical"),
            json!(spring),
            "",
            "",
        ),
        (
            format!("channel=push&at={spring}&priority=high"),
            json!(morning),
            "quiet_hours",
            "",
        ),
    ] {
        let shown = get(&api, &format!("{MINE}/next-delivery?{query}"), &mine).await;
        let code = |code: &str| {
            if code.is_empty() {
                Value::Null
            } else {
                json!(code)
            }
        };
        assert_eq!(shown["delivered_at"], delivered, "{query}: {shown}");
        assert_eq!(shown["deferred_by"], code(deferred), "{query}: {shown}");
        assert_eq!(shown["suppressed_by"], code(suppressed), "{query}: {shown}");
    }
    let now = get(&api, &format!("{MINE}/next-delivery?channel=push"), &mine).await;
    assert!(now["at"].is_string() && now["delivered_at"].is_string());
}

#[tokio::test]
async fn a_question_without_sense_is_refused() {
    let api = TestApi::new().await;
    let path = format!("{MINE}/next-delivery");
    for (query, field, code) in [
        ("", "channel", "required"),
        ("?channel=pigeon", "channel", "unknown_value"),
        ("?channel=push&at=tomorrow", "at", "wrong_format"),
        ("?channel=push&priority=urgent", "priority", "unknown_value"),
        (
            "?channel=push&notification_type=No",
            "notification_type",
            "wrong_format",
        ),
        ("?channel=push&zone=UTC", "zone", "unknown_parameter"),
    ] {
        let answer = api
            .get(&format!("{path}{query}"), &user("acme", "u1"))
            .await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
        let found = (
            &problem["errors"][0]["field"],
            &problem["errors"][0]["code"],
        );
        assert_eq!(found, (&json!(field), &json!(code)), "{query}");
    }
    for edge in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let edge = format!("{path}?channel=push&at={edge}");
        let answer = api.get(&edge, &user("acme", "u1")).await;
        assert_eq!(answer.status, 200, "{edge}");
    }
}

#[tokio::test]
async fn a_dry_run_tells_what_would_become_of_it_and_writes_nothing() {
    let api = TestApi::new().await;
    let mine = user("acme", "u1");
    let hook = json!({"channel": "webhook", "settings": {"url": "https://a.example.com/secret",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
    let answer = put(
        &api,
        "/api/v1/admin/providers/main",
        &operator("acme"),
        &hook,
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    put(
        &api,
        MINE,
        &mine,
        &json!({"notification_types": {"new_message": false}}),
    )
    .await;
    let mut asked = message(&["u1", "u2"]);
    asked["notification_type"] = json!("new_message");
    asked["dry_run"] = json!(true);
    asked.as_object_mut().unwrap().remove("channels");
    let answer = api.post(asked.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    let reported = answer.json();
    assert_eq!(reported["dry_run"], true);
    let lines = |n: usize| {
        let lines = reported["notifications"][n]["deliveries"]
            .as_array()
            .unwrap();
        let reported = |line: &Value| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            [text("channel"), text("status"), text("reason")].join(" ")
        };
        lines.iter().map(reported).collect::<Vec<_>>()
    };
    assert_eq!(reported["notifications"][0]["user_id"], "u1");
    assert_eq!(lines(0), ["in_app sent -", "webhook suppressed type_off"]);
    assert_eq!(lines(1), ["in_app sent -", "webhook queued -"]);
    for whose in ["u1", "u2"] {
        let page = get(&api, "/api/v1/notifications", &user("acme", whose)).await;
        assert_eq!(page["total"], 0, "{page}");
    }
    asked["channels"] = json!(["email"]);
    asked["send_at"] = json!("2099-01-01T00:00:00Z");
    let answer = api.post(asked.to_string()).await;
    assert_eq!(answer.status, 422, "a dry run is checked like the rest");
    asked["send_at"] = json!(chrono::Utc::now() + chrono::TimeDelta::days(1));
    asked["recipients"] = json!(["u3"]);
    asked["channels"] = json!(["email", "in_app", "webhook"]);
    let reported = api.post(asked.to_string()).await.json();
    let lines = reported["notifications"][0]["deliveries"]
        .as_array()
        .unwrap();
    let reasons: Vec<_> = lines
        .iter()
        .map(|line| line["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["scheduled", "no_account", "scheduled"]);
}

#[tokio::test]
async fn a_dry_run_looks_at_marks_and_leaves_none() {
    let api = TestApi::new().await;
    let mail = json!({"channel": "email", "settings": {"host": "mail.example.com",
        "from": "bell@example.com"}});
    let path = "/api/v1/admin/providers/mail";
    let answer = put(&api, path, &operator("acme"), &mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    put(
        &api,
        ALL,
        &operator("acme"),
        &json!({"debounce": {"within_s": 900}}),
    )
    .await;
    for whose in ["u1", "u2"] {
        let path = format!("/api/v1/users/{whose}");
        let address = json!({"email": format!("{whose}@example.com")});
        let answer = put(&api, &path, &service("acme"), &address).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let mut asked = message(&["u1", "u2"]);
    asked.as_object_mut().unwrap().remove("channels");
    asked["title"] = json!("Hello");
    asked["dry_run"] = json!(true);
    let reasons = async |asked: &Value| {
        let answer = api.post(asked.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let reported = answer.json();
        let notifications = reported["notifications"].as_array().unwrap().clone();
        let by_mail = |one: Value| {
            let lines = one["deliveries"].as_array().unwrap().clone();
            let line = lines.into_iter().find(|line| line["channel"] == "email");
            line.unwrap()["reason"].as_str().unwrap_or("-").to_owned()
        };
        notifications.into_iter().map(by_mail).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(reasons(&asked).await, ["-", "-"]);
    }
    // The first of them gets it now, and the plan leaves its mark.
    let mut sent = asked.clone();
    sent["recipients"] = json!(["u1"]);
    sent["dry_run"] = json!(false);
    assert_eq!(api.post(sent.to_string()).await.status, 202);
    let acme = TenantId::parse("acme").unwrap();
    let is_sent = |job: &_| finished(job, DeliveryState::Sent);
    work(api.storage.as_ref(), &acme, Channel::Email, is_sent).await;
    assert_eq!(reasons(&asked).await, ["debounced", "-"]);
    asked["priority"] = json!("critical");
    assert_eq!(reasons(&asked).await, ["-", "-"]);
    asked["priority"] = json!("normal");
    asked["title"] = json!("Hello again");
    assert_eq!(reasons(&asked).await, ["-", "-"]);
}

/// A user with a live stream open.
struct Looking(&'static str);

#[async_trait]
impl Presence for Looking {
    async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person> {
        let looking = people.iter().filter(|(_, user)| user.as_str() == self.0);
        looking.cloned().collect()
    }
}

#[tokio::test]
async fn a_user_who_is_looking_would_get_no_push_where_they_chose_that() {
    let api = TestApi::with_presence(Arc::new(Looking("u1"))).await;
    for id in ["u1", "u2"] {
        let mine = user("acme", id);
        assert_eq!(get(&api, MINE, &mine).await["push_while_active"], true);
        let next = get(&api, &format!("{MINE}/next-delivery?channel=push"), &mine).await;
        assert_eq!(next["suppressed_by"], Value::Null);
        let shown = put(&api, MINE, &mine, &json!({"push_while_active": false})).await;
        assert_eq!(shown.json()["push_while_active"], false);
    }
    let at = "2026-03-29T12:00:00Z";
    for (id, query, suppressed) in [
        ("u1", "channel=push".to_owned(), json!("user_is_active")),
        ("u1", "channel=web_push".to_owned(), json!("user_is_active")),
        (
            "u1",
            "channel=push&priority=critical".to_owned(),
            Value::Null,
        ),
        ("u1", "channel=email".to_owned(), Value::Null),
        ("u1", "channel=in_app".to_owned(), Value::Null),
        // Who is looking at another time is not known.
        ("u1", format!("channel=push&at={at}"), Value::Null),
        ("u2", "channel=push".to_owned(), Value::Null),
    ] {
        let path = format!("{MINE}/next-delivery?{query}");
        let next = get(&api, &path, &user("acme", id)).await;
        assert_eq!(next["suppressed_by"], suppressed, "{id} {query}");
    }
}
