//! `GET /api/v1/notifications/{id}/timeline`.

use campanile_domain::{Channel, DeliveryId, DeliveryState, NotificationId, TenantId};
use campanile_storage::Timeline;
use campanile_storage_contract::fixture::finished;
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use crate::support::{TestApi, message, service, work};

async fn sent(api: &TestApi) -> NotificationId {
    let json = api.post(message(&["u1"]).to_string()).await.json();
    let id = json["notifications"][0]["id"].as_str().unwrap();
    NotificationId(Uuid::parse_str(id).unwrap())
}

fn path(id: impl std::fmt::Display) -> String {
    format!("/api/v1/notifications/{id}/timeline")
}

#[tokio::test]
async fn the_story_names_every_channel_and_attempt() {
    let api = TestApi::new().await;
    let id = sent(&api).await;
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Webhook, |job| {
        let again = Utc::now() + TimeDelta::minutes(1);
        let mut result = finished(job, DeliveryState::Retrying);
        result.next_attempt_at = Some(again);
        let attempt = result.attempt.as_mut().unwrap();
        attempt.code = "503".into();
        attempt.duration_ms = 12;
        attempt.retry_at = Some(again);
        result
    })
    .await;

    let answer = api.get(&path(id), &service("acme")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    let json = answer.json();
    assert_eq!(json["status"], "pending");
    assert_eq!(json["user_id"], "u1");
    let inbox = &json["deliveries"][0];
    assert_eq!(inbox["channel"], "in_app");
    assert_eq!(inbox["status"], "sent");
    assert_eq!(
        inbox["id"],
        DeliveryId::of(id, Channel::InApp, "u1").to_string()
    );
    let webhook = &json["deliveries"][1];
    assert_eq!(webhook["address"], "https://hooks.example…");
    assert_eq!(webhook["status"], "retrying");
    assert_eq!(webhook["attempts"][0]["code"], "503");
    assert_eq!(webhook["attempts"][0]["duration_ms"], 12);
    assert!(webhook["attempts"][0]["retry_at"].is_string());
    assert_eq!(webhook["attempts"][0]["provider"], "main");
    // The database has no more of the URL: who makes the call has it from the account.
    let stored = api.storage.timeline(&acme, id).await.unwrap().unwrap();
    let webhook = stored
        .deliveries
        .iter()
        .find(|one| one.channel == Channel::Webhook);
    assert_eq!(webhook.unwrap().address, "https://hooks.example/…");
    let reported: Vec<_> = json["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["what"].clone())
        .collect();
    assert_eq!(reported, ["accepted", "sent", "planned", "attempt"]);
}

#[tokio::test]
async fn unknown_foreign_and_malformed_ids_look_the_same() {
    let api = TestApi::new().await;
    let id = sent(&api).await;
    let mut bodies = Vec::new();
    for (path, tenant) in [
        (path(id), "other"),
        (path(Uuid::now_v7()), "acme"),
        (path("nonsense"), "acme"),
        (path("%ff"), "acme"),
    ] {
        let answer = api.get(&path, &service(tenant)).await;
        let mut json = answer.is_problem(404, "notification_not_found");
        json["request_id"] = "".into();
        bodies.push(json);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}
