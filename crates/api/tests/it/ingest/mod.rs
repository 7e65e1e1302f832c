//! Programs that send in their own protocol, as the service sees them. Real clients: `campanile/tests/it/ingest`.

mod alerts;
mod apprise;
mod keys;
mod mail_reports;
mod ntfy;
mod webhook;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, operator, send_json, service, user};

const ADDRESSES: &str = "/api/v1/admin/ingest-addresses";

/// Creates an address of `acme`; gives its key.
async fn address(api: &TestApi, body: Value) -> String {
    created(api, body).await["key"].as_str().unwrap().to_owned()
}

async fn created(api: &TestApi, body: Value) -> Value {
    let request = send_json("POST", ADDRESSES, &operator("acme"), body.to_string());
    let answer = api.call(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// Sends as a program does that knows nothing of tokens.
async fn send(
    api: &TestApi,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.call(request.body(body.into()).unwrap()).await
}

/// The inbox of a user of `acme`, newest first.
async fn inbox(api: &TestApi, id: &str) -> Vec<Value> {
    let answer = api.get("/api/v1/notifications", &user("acme", id)).await;
    answer.json()["notifications"].as_array().unwrap().clone()
}

/// Subscribes a user of `acme` to a topic.
async fn subscribe(api: &TestApi, topic: &str, id: &str) {
    let path = format!("/api/v1/topics/{topic}/subscribers");
    let body = json!({"user_ids": [id]}).to_string();
    let answer = api
        .call(send_json("PUT", &path, &service("acme"), body))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
