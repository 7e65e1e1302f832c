//! What a message says, field by field.

use campanile_domain::{Notification, OutcomeKind, Priority};
use campanile_test_support::fcm::FcmServer;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Rendered, channel, notification, rendered, send_rendered};

/// `message` as it arrived.
async fn sent(address: &str, notification: &Notification, rendered: &Rendered) -> Value {
    let server = FcmServer::start().await;
    let outcome = send_rendered(&channel(&server), address, notification, rendered).await;
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Delivered, "200")
    );
    server.received().remove(0).message
}

#[tokio::test]
async fn a_plain_message_has_this_shape() {
    let plain = notification();
    let id = plain.id.to_string();
    let expected = json!({
        "token": "device-1",
        "notification": {"title": "Come \"in\"", "body": "The kitchen is warm"},
        "data": {
            "notification_id": id, "notification_type": "room.invite",
            "room_name": "Kitchen", "seats": "4",
        },
        "android": {"priority": "NORMAL", "notification": {"tag": id}},
        "apns": {"headers": {"apns-collapse-id": id, "apns-priority": "5"}},
        "webpush": {"headers": {"Urgency": "normal"}},
    });
    assert_eq!(sent("token:device-1", &plain, &rendered()).await, expected);
}

#[tokio::test]
async fn an_installation_id_an_urgent_one_and_a_deadline_have_their_places() {
    let expires_at = Utc::now() + TimeDelta::seconds(3_600);
    let urgent = Notification {
        priority: Priority::Critical,
        expires_at: Some(expires_at),
        collapse_key: Some("score".into()),
        ..notification()
    };
    let message = sent("fid:install:1", &urgent, &rendered()).await;
    assert_eq!(message["fid"], "install:1");
    assert_eq!(message.get("token"), None);
    let android = &message["android"];
    assert_eq!(
        (&android["priority"], &android["collapse_key"]),
        (&json!("HIGH"), &json!("score"))
    );
    let ttl = android["ttl"].as_str().unwrap().strip_suffix('s').unwrap();
    assert!(
        (3_590..=3_600).contains(&ttl.parse::<u32>().unwrap()),
        "{ttl}"
    );
    assert_eq!(android["notification"]["tag"], urgent.id.to_string());
    let apns = json!({
        "apns-collapse-id": "score", "apns-priority": "10",
        "apns-expiration": expires_at.timestamp().to_string(),
    });
    assert_eq!(message["apns"]["headers"], apns);
    assert_eq!(
        message["webpush"]["headers"],
        json!({"TTL": ttl, "Urgency": "high"})
    );
}

#[tokio::test]
async fn a_time_to_live_is_never_negative_and_never_beyond_four_weeks() {
    for (days, expected) in [(-1, "0s"), (365, "2419200s")] {
        let expires_at = Some(Utc::now() + TimeDelta::days(days));
        let late = Notification {
            expires_at,
            ..notification()
        };
        let message = sent("token:device-1", &late, &rendered()).await;
        assert_eq!(message["android"]["ttl"], expected);
    }
}

#[tokio::test]
async fn a_collapse_key_that_apns_would_refuse_becomes_a_hash() {
    for key in ["x".repeat(65), "ключ".to_owned()] {
        let long = Notification {
            collapse_key: Some(key.clone()),
            ..notification()
        };
        let message = sent("token:device-1", &long, &rendered()).await;
        let id = message["apns"]["headers"]["apns-collapse-id"]
            .as_str()
            .unwrap();
        assert!(
            id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
        assert_eq!(message["android"]["collapse_key"], id);
    }
}

#[tokio::test]
async fn what_a_person_does_not_read_is_data_alone() {
    let message = sent("token:device-1", &notification(), &Rendered::default()).await;
    assert_eq!(message.get("notification"), None);
    assert_eq!(message["android"].get("notification"), None);
    assert_eq!(message["data"]["room_name"], "Kitchen");
}

#[tokio::test]
async fn keys_that_fcm_keeps_for_itself_do_not_make_a_message_fail() {
    let reserved = Notification {
        content: r#"{"from": "a", "gcm.x": 1, "google.y": [2], "notification_id": "forged"}"#
            .into(),
        ..notification()
    };
    let data = sent("token:device-1", &reserved, &rendered()).await["data"].take();
    let expected = json!({
        "notification_id": reserved.id.to_string(), "notification_type": "room.invite",
        "content_from": "a", "content_gcm.x": "1", "content_google.y": "[2]",
    });
    assert_eq!(data, expected);
}
