//! Webhooks as Campanile sends them.

use http::StatusCode;
use serde_json::json;
use standardwebhooks::Webhook;
use uuid::Uuid;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Calls the receiver, signed with `SECRET`.
pub(crate) async fn call(url: &str, webhook_id: &str, notification: Uuid) -> StatusCode {
    let data = json!({
        "id": notification,
        "tenant": "default",
        "user_id": "user-1",
        "notification_type": "loadtest",
        "title": "Load test",
        "body": null,
        "priority": "normal",
        "content": {"number": 1},
        "created_at": "2026-01-01T00:00:00Z",
    });
    let body = json!({
        "type": "notification.loadtest",
        "timestamp": "2026-01-01T00:00:00Z",
        "data": data,
    })
    .to_string();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    let webhook = Webhook::new(SECRET).unwrap();
    let signature = webhook.sign(webhook_id, now, body.as_bytes()).unwrap();
    let answer = reqwest::Client::new()
        .post(format!("{url}/"))
        .header("webhook-id", webhook_id)
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signature)
        .body(body)
        .send()
        .await;
    answer.unwrap().status()
}
