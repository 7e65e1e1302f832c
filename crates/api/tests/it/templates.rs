//! `/api/v1/admin/templates`, `/api/v1/admin/brand` and `/api/v1/admin/types`.

mod drafts;
mod schemas;
mod variants;
mod versions;

use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, operator, send_json};

/// One of everything that a tenant can have of templates, in the order in which it is made.
pub fn belongings() -> [(&'static str, &'static str, Value); 5] {
    let template = "/api/v1/admin/templates/t/push/en";
    let publish = "/api/v1/admin/templates/t/publish";
    let later = Utc::now() + TimeDelta::days(1);
    [
        ("PUT", template, titled("Wording of acme")),
        (
            "PUT",
            "/api/v1/admin/templates/t/push/variants/v",
            json!({"weight": 10, "templates": {"en": {"title": "Other words of acme"}}}),
        ),
        ("POST", publish, json!({})),
        ("POST", publish, json!({"publish_at": later})),
        (
            "PUT",
            "/api/v1/admin/types/t",
            json!({"schema": {"type": "object"}}),
        ),
    ]
}

const DRAFT: &str = "/api/v1/admin/templates/order/push/en";
const TYPE: &str = "/api/v1/admin/templates/order";

async fn call(api: &TestApi, method: &str, path: &str, body: &Value) -> Answer {
    let call = send_json(method, path, &operator("acme"), body.to_string());
    api.call(call).await
}

async fn with(
    api: &TestApi,
    method: &str,
    path: &str,
    (header, value): (&str, &str),
    body: &Value,
) -> Answer {
    let token = operator("acme");
    let call = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header(header, value);
    api.call(call.body(body.to_string().into()).unwrap()).await
}

fn titled(title: &str) -> Value {
    json!({"parts": {"title": title}})
}

async fn ok(api: &TestApi, method: &str, path: &str, body: &Value) -> Value {
    let answer = call(api, method, path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

/// Saves the draft, whatever there is.
async fn save(api: &TestApi, title: &str) {
    let new = call(api, "PUT", DRAFT, &titled(title)).await;
    if new.status == 428 {
        let again = with(api, "PUT", DRAFT, ("if-match", "*"), &titled(title)).await;
        assert_eq!(again.status, 200, "{}", again.text);
    }
}
