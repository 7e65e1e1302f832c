//! What callers write comes back as they wrote it: numbers above all (RFC 8259 6).

use serde_json::Value;
use serde_json::value::RawValue;

use crate::support::{Answer, TestApi, send_json, service, user};

/// None of these numbers survives a reader of doubles; the names stand in no order.
const WRITTEN: &str = r#"{"lat":31.245270191439438,"id":18446744073709551616,"a":[1.0,1e2,-0,1E+40,0.1e-7],"ü":"\u00fc"}"#;

const SEND: &str = "/api/v1/notifications";

fn request() -> String {
    // White space between tokens is no part of what is said.
    let spaced = WRITTEN.replace(',', " ,\n ");
    format!(r#"{{"notification_type":"t","recipients":["u1"],"content": {spaced} }}"#)
}

async fn post(api: &TestApi, path: &str, body: String, key: Option<&str>) -> Answer {
    let mut request = send_json("POST", path, &service("acme"), body);
    if let Some(key) = key {
        let key = key.parse().expect("a header");
        request.headers_mut().insert("idempotency-key", key);
    }
    api.call(request).await
}

/// The contents of the inbox, as they stand in the answer.
async fn contents(api: &TestApi) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        notifications: Vec<Line<'a>>,
    }
    #[derive(serde::Deserialize)]
    struct Line<'a> {
        #[serde(borrow)]
        content: &'a RawValue,
    }
    let answer = api.get(SEND, &user("acme", "u1")).await;
    let page: Page<'_> = serde_json::from_str(&answer.text).expect("a page");
    let contents = page.notifications.iter();
    contents.map(|line| line.content.get().to_owned()).collect()
}

#[tokio::test]
async fn contents_are_listed_as_they_were_written() {
    let api = TestApi::new().await;
    let first = post(&api, SEND, request(), Some("k")).await;
    assert_eq!(first.status, 202, "{}", first.text);
    let bulk = format!(r#"{{"items":[{}]}}"#, request());
    let bulk = post(&api, "/api/v1/notifications/bulk", bulk, None).await;
    assert_eq!(bulk.json()["results"][0]["status"], 202, "{}", bulk.text);
    // Once from the database and once, where it is kept, from the cache.
    for _ in 0..2 {
        assert_eq!(contents(&api).await, [WRITTEN, WRITTEN]);
    }
    // The same request is known by its numbers.
    let again = post(&api, SEND, request(), Some("k")).await;
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let near = request().replace("551616", "551617");
    let other = post(&api, SEND, near, Some("k")).await;
    assert_eq!(other.status, 422, "{}", other.text);
    let dry = request().replacen('{', r#"{"dry_run":true,"#, 1);
    assert_eq!(post(&api, SEND, dry, None).await.status, 200);
    assert_eq!(contents(&api).await.len(), 2);
}

#[tokio::test]
async fn attributes_are_shown_as_they_were_written() {
    let api = TestApi::new().await;
    let body = format!(r#"{{"attributes":{WRITTEN}}}"#);
    let path = "/api/v1/users/u1";
    let put = api
        .call(send_json("PUT", path, &service("acme"), body))
        .await;
    let reported = api.get(path, &service("acme")).await;
    for answer in [put, reported] {
        let user: Value = answer.json();
        assert_eq!(user["user_id"], "u1");
        assert!(answer.text.contains(WRITTEN), "{}", answer.text);
    }
}
