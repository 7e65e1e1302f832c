//! `POST /api/v1/events/…`: what services say happened reaches inboxes.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi, send_json, service, user};

fn ada() -> Value {
    json!({"user_id": "ada", "username": "ada_l", "display_name": "Ada L."})
}

fn message_created(recipients: &[&str]) -> Value {
    json!({"message_id": "m1", "room_id": "r1", "sender_id": "ada", "recipient_ids": recipients,
        "message_content": "Är du där? ".repeat(30), "sender_info": ada()})
}

async fn event(api: &TestApi, name: &str, body: &Value, key: Option<&str>) -> Answer {
    let path = format!("/api/v1/events/{name}");
    let mut request = send_json("POST", &path, &service("acme"), body.to_string());
    if let Some(key) = key {
        let key = key.parse().unwrap();
        request.headers_mut().insert("idempotency-key", key);
    }
    api.call(request).await
}

async fn inbox(api: &TestApi, user_id: &str) -> Vec<Value> {
    let inbox = api
        .get("/api/v1/notifications", &user("acme", user_id))
        .await;
    inbox.json()["notifications"].as_array().unwrap().clone()
}

#[tokio::test]
async fn everyone_but_the_sender_hears_of_a_message_once() {
    let api = TestApi::new().await;
    let body = message_created(&["bob", "ada", "cleo", "bob"]);
    let answer = event(&api, "message-created", &body, Some("m1")).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json()["accepted"], 2);
    let again = event(&api, "message-created", &body, Some("m1")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), answer.json());
    let other = event(
        &api,
        "message-created",
        &message_created(&["dan"]),
        Some("m1"),
    )
    .await;
    other.is_problem(422, "idempotency_key_reused");

    assert_eq!(inbox(&api, "ada").await, [] as [Value; 0]);
    for who in ["bob", "cleo"] {
        let items = inbox(&api, who).await;
        assert_eq!(items.len(), 1, "{who}");
        assert_eq!(items[0]["notification_type"], "new_message");
        let content = &items[0]["content"];
        let preview = content["message_preview"].as_str().unwrap();
        assert_eq!(preview.chars().count(), 140);
        assert!(preview.starts_with("Är du där? Är"));
        assert_eq!(content["sender_username"], "ada_l");
        assert_eq!(content["sender_info"], ada());
        for (key, value) in [
            ("message_id", "m1"),
            ("room_id", "r1"),
            ("sender_id", "ada"),
        ] {
            assert_eq!(content[key], value);
        }
    }
}

#[tokio::test]
async fn a_sender_alone_is_no_error() {
    let api = TestApi::new().await;
    for alone in [&[][..], &["ada"]] {
        let body = message_created(alone);
        let answer = event(&api, "message-created", &body, None).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(answer.json(), json!({"accepted": 0, "notifications": []}));
    }
}

#[tokio::test]
async fn invitations_and_friend_requests_reach_the_one_they_are_for() {
    let api = TestApi::new().await;
    let invitation = json!({"room_id": "r1", "room_name": "Lobby", "room_description": "Small talk",
        "inviter_id": "ada", "invitee_id": "bob", "inviter_info": ada()});
    let friend = |request_type: &str| {
        json!({"sender_id": "ada", "recipient_id": "bob", "sender_info": ada(),
            "request_type": request_type})
    };
    for (name, body, notification_type, username) in [
        (
            "room-invitation",
            invitation,
            "room_invitation",
            "inviter_username",
        ),
        (
            "friend-request",
            friend("friend_request"),
            "friend_request",
            "sender_username",
        ),
        (
            "friend-request",
            friend("friend_request_accepted"),
            "friend_request_accepted",
            "sender_username",
        ),
    ] {
        let answer = event(&api, name, &body, None).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(answer.json()["notifications"][0]["user_id"], "bob");
        let newest = inbox(&api, "bob").await.remove(0);
        assert_eq!(newest["notification_type"], notification_type);
        let mut expected = body.clone();
        expected[username] = json!("ada_l");
        assert_eq!(newest["content"], expected, "it keeps the names given");
    }
    assert_eq!(inbox(&api, "ada").await.len(), 0);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let api = TestApi::new().await;
    for (name, body, expected) in [
        (
            "message-created",
            json!({"message_id": "m", "room_id": "r", "sender_id": 1, "recipient_ids": ["a", 2],
                "message_content": [], "sender_info": {"user_id": "u"}, "topic": "x"}),
            &[
                ("/sender_id", "wrong_type"),
                ("/recipient_ids/1", "wrong_type"),
                ("/message_content", "wrong_type"),
                ("/sender_info/username", "required"),
                ("/topic", "unknown_field"),
            ][..],
        ),
        (
            "room-invitation",
            json!({"room_id": "r", "room_name": "a\nb", "inviter_id": "u", "invitee_id": "",
                "inviter_info": ada()}),
            &[
                ("/room_name", "control_character"),
                ("/invitee_id", "invalid"),
            ],
        ),
        (
            "friend-request",
            json!({"sender_id": "u", "recipient_id": "v", "sender_info": ada(),
                "request_type": "enemy_request"}),
            &[("/request_type", "unknown_value")],
        ),
    ] {
        event(&api, name, &body, None).await.names_wrong(expected);
    }
}
