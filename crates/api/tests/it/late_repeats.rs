//! Requests that are repeated under their key when their own moments have passed.

use std::sync::Arc;

use axum::body::Body;
use campanile_domain::{Clock, ManualClock};
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, send_json, service};

const SEND: &str = "/api/v1/notifications";
const BULK: &str = "/api/v1/notifications/bulk";

/// The API over a file, with a topic that has a subscriber, and the clock that it goes by.
async fn api() -> (TestApi, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let api = TestApi::by_clock(clock.clone()).await;
    let path = "/api/v1/topics/news/subscribers";
    let token = service("acme");
    let users = json!({"user_ids": ["u1"]}).to_string();
    let put = api.call(send_json("PUT", path, &token, users)).await;
    assert!(put.status.is_success(), "{}", put.text);
    (api, clock)
}

async fn post(api: &TestApi, path: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", service("acme")))
        .header("content-type", "application/json");
    let request = match key {
        "" => request,
        key => request.header("idempotency-key", key),
    };
    api.call(request.body(Body::from(body.to_string())).unwrap())
        .await
}

/// To a user and to a topic, from now on in one minute until in two.
fn bodies(clock: &ManualClock) -> [Value; 2] {
    let at = |minutes| json!(clock.now() + TimeDelta::minutes(minutes));
    let mut user = message(&["u1"]);
    user["send_at"] = at(1);
    user["expires_at"] = at(2);
    let mut topic = user.clone();
    topic.as_object_mut().unwrap().remove("recipients");
    topic["topic"] = json!("news");
    [user, topic]
}

#[tokio::test]
async fn what_was_accepted_is_answered_as_before_once_it_is_due_and_once_it_is_over() {
    let (api, clock) = api().await;
    for (place, key) in ["user", "topic"].into_iter().enumerate() {
        let body = bodies(&clock)[place].clone();
        let first = post(&api, SEND, key, &body).await;
        assert_eq!(first.status, 202, "{key}: {}", first.text);
        for _ in 0..3 {
            clock.advance(TimeDelta::minutes(1));
            let again = post(&api, SEND, key, &body).await;
            assert_eq!(again.status, 202, "{key}: {}", again.text);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!(again.text, first.text);
        }
        let mut other = body.clone();
        other["title"] = json!("Another");
        for (key, body) in [("", &body), ("unknown", &body), (key, &other)] {
            let refused = post(&api, SEND, key, body).await;
            let problem = refused.is_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], "/expires_at", "{problem}");
            assert_eq!(problem["errors"][0]["code"], "too_early");
        }
    }
}

#[tokio::test]
async fn the_items_of_a_call_are_answered_as_before_too() {
    let (api, clock) = api().await;
    let [user, topic] = bodies(&clock);
    let call = json!({"items": [user, topic]});
    let first = post(&api, BULK, "call", &call).await;
    assert_eq!(first.status, 207, "{}", first.text);
    let accepted = |answer: &Answer| {
        let json = answer.json();
        let lines = json["results"].as_array().unwrap();
        assert!(lines.iter().all(|line| line["status"] == 202), "{json}");
        lines.clone()
    };
    assert_eq!(accepted(&first).len(), 2);
    for _ in 0..3 {
        clock.advance(TimeDelta::minutes(1));
        let again = post(&api, BULK, "call", &call).await;
        assert_eq!(accepted(&again).len(), 2);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
    }
    let unknown = post(&api, BULK, "another", &call).await;
    let json = unknown.json();
    for line in json["results"].as_array().unwrap() {
        assert_eq!(line["status"], 422, "{json}");
    }
}
