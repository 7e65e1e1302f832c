//! What users and tenants choose, and what follows from it for a moment.

mod choices;
mod moments;

use serde_json::Value;

use crate::support::{Answer, TestApi, send_json};

pub const MINE: &str = "/api/v1/notifications/preferences";
pub const ALL: &str = "/api/v1/admin/preferences";

pub async fn put(api: &TestApi, path: &str, token: &str, body: &Value) -> Answer {
    api.call(send_json("PUT", path, token, body.to_string()))
        .await
}

pub async fn get(api: &TestApi, path: &str, token: &str) -> Value {
    let answer = api.get(path, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}
