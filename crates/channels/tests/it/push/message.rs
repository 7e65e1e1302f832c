//! What a message says, field by field.

use std::sync::Arc;

use campanile_domain::{Action, ItemTexts, Link, Notification, OutcomeKind, Priority};
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
        "android": {"priority": "NORMAL", "notification": {
            "tag": id, "channel_id": "room.invite", "default_sound": true,
        }},
        "apns": {
            "headers": {"apns-collapse-id": id, "apns-priority": "5"},
            "payload": {"aps": {"sound": "default", "thread-id": "room.invite"}},
        },
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
async fn phones_make_a_sound_but_for_what_is_of_low_priority_or_not_shown() {
    use Priority::{Critical, High, Low, Normal};
    let aloud = json!({"aps": {"sound": "default", "thread-id": "room.invite"}});
    let silent = json!({"aps": {"thread-id": "room.invite"}});
    let data_alone = json!({"aps": {"content-available": 1}});
    // FCM: "When sending data messages to Apple devices, the priority must be set to 5"; another one is
    // refused with INVALID_ARGUMENT.
    for (priority, shown, apns_priority, payload) in [
        (Critical, rendered(), "10", &aloud),
        (High, rendered(), "10", &aloud),
        (Normal, rendered(), "5", &aloud),
        (Low, rendered(), "5", &silent),
        (Critical, Rendered::default(), "5", &data_alone),
        (Normal, Rendered::default(), "5", &data_alone),
    ] {
        let given = Notification {
            priority,
            ..notification()
        };
        let message = sent("token:device-1", &given, &shown).await;
        let apns = &message["apns"];
        assert_eq!(
            apns["headers"]["apns-priority"], apns_priority,
            "{priority:?}"
        );
        assert_eq!(apns["payload"], *payload, "{priority:?}");
        let on_android = &message["android"]["notification"]["default_sound"];
        let is_heard = payload == &aloud;
        assert_eq!(
            on_android.as_bool().unwrap_or(false),
            is_heard,
            "{priority:?}"
        );
    }
}

#[tokio::test]
async fn what_an_app_cannot_get_under_its_key_or_as_a_text_is_prefixed_or_left_out() {
    let reserved = Notification {
        content: r#"{"from": "a", "gcm.x": 1, "google.y": [2], "notification_id": "forged",
            "message_type": "b", "collapse_key": "c", "nothing": null,
            "lat": 31.245270191439438, "big": 18446744073709551616}"#
            .into(),
        ..notification()
    };
    let data = sent("token:device-1", &reserved, &rendered()).await["data"].take();
    let expected = json!({
        "notification_id": reserved.id.to_string(), "notification_type": "room.invite",
        "content_from": "a", "content_gcm.x": "1", "content_google.y": "[2]",
        "content_message_type": "b", "content_collapse_key": "c",
        "lat": "31.245270191439438", "big": "18446744073709551616",
    });
    assert_eq!(data, expected);
}

#[tokio::test]
async fn a_click_opens_the_link_and_rooms_are_shown_together() {
    let action = |id: &str, link: &str| Action {
        id: id.into(),
        title: "Reply".into(),
        link: Link::parse(link).unwrap(),
    };
    let given = |link: &str| Notification {
        content: r#"{"room_id": "r1", "link": "forged", "actions": "forged", "n": 1}"#.into(),
        item: Arc::new(ItemTexts {
            link: Some(Link::parse(link).unwrap()),
            actions: vec![action("reply", "myapp:r/1")],
            ..ItemTexts::default()
        }),
        ..notification()
    };
    let https = "https://example.com/r/1";
    let message = sent("token:device-1", &given(https), &rendered()).await;
    assert_eq!(message["webpush"]["fcm_options"], json!({"link": https}));
    assert_eq!(message["apns"]["payload"]["aps"]["thread-id"], "r1");
    let data = &message["data"];
    assert_eq!((&data["link"], &data["n"]), (&json!(https), &json!("1")));
    let actions: Value = serde_json::from_str(data["actions"].as_str().unwrap()).unwrap();
    let expected = json!([{"id": "reply", "title": "Reply", "link": "myapp:r/1"}]);
    assert_eq!(actions, expected);

    // FCM refuses other schemes there.
    let message = sent("token:device-1", &given("myapp:r/1"), &rendered()).await;
    assert_eq!(message["webpush"].get("fcm_options"), None);
    assert_eq!(message["data"]["link"], "myapp:r/1");
}

#[tokio::test]
async fn the_longest_link_still_fits() {
    let link = format!("https://example.com/{}", "x".repeat(Link::MAX_BYTES - 20));
    let long = Notification {
        content: format!(r#"{{"room_id": "r1", "text": "{}"}}"#, "y".repeat(2_000)).into(),
        item: Arc::new(ItemTexts {
            link: Some(Link::parse(&link).unwrap()),
            ..ItemTexts::default()
        }),
        ..notification()
    };
    let message = sent("token:device-1", &long, &rendered()).await;
    assert_eq!(message["data"]["link"], link, "apps find it here");
    assert_eq!(message["data"]["room_id"], "r1");
    assert_eq!(
        message["webpush"].get("fcm_options"),
        None,
        "it would stand there twice"
    );
    assert!(json!({"message": message}).to_string().len() <= 4_096);
}

#[tokio::test]
async fn a_badge_says_how_many_are_unread_on_both_platforms() {
    for (unread, shown) in [(0, 0), (7, 7), (u64::MAX, 99_999)] {
        let rendered = Rendered {
            badge: Some(unread),
            unsubscribe: None,
            stamp: None,
            ..rendered()
        };
        let message = sent("token:device-1", &notification(), &rendered).await;
        assert_eq!(message["apns"]["payload"]["aps"]["badge"], shown);
        assert_eq!(
            message["android"]["notification"]["notification_count"],
            shown
        );
    }
}

#[tokio::test]
async fn a_picture_is_shown_on_every_platform_and_goes_before_the_title() {
    let link = "https://cdn.example/a_b.png";
    let pictured = Rendered {
        image: Some(link.into()),
        ..rendered()
    };
    let message = sent("token:device-1", &notification(), &pictured).await;
    assert_eq!(message["notification"]["image"], link);
    assert_eq!(message["apns"]["fcm_options"]["image"], link);
    assert_eq!(message["apns"]["payload"]["aps"]["mutable-content"], 1);

    let plain = sent("token:device-1", &notification(), &rendered()).await;
    assert_eq!(plain["notification"].get("image"), None);
    assert_eq!(plain["apns"].get("fcm_options"), None);
    assert_eq!(plain["apns"]["payload"]["aps"].get("mutable-content"), None);

    let too_long = Rendered {
        image: Some(format!("https://cdn.example/{}", "a".repeat(2_000))),
        ..rendered()
    };
    let message = sent("token:device-1", &notification(), &too_long).await;
    assert_eq!(message["notification"].get("image"), None);
    assert_eq!(message["apns"].get("fcm_options"), None);
    assert_eq!(message["notification"]["title"], rendered().title);
    assert!(json!({"message": message}).to_string().len() <= 4_096);
}
