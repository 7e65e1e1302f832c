//! What each type says, with everything given and with things missing.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use crate::fixture::{notification, short};
use campanile_templates::{Form, render};
use serde_json::{Value, json};

fn check(notification_type: &str, content: Value, title: &str, text: &str) {
    let message = short(notification_type, &content);
    assert_eq!(
        (&*message.title, &*message.text),
        (title, text),
        "{notification_type} {content}"
    );
    assert_eq!(message.html, None);
}

#[test]
fn new_message() {
    let full = json!({
        "message_id": "m1", "room_id": "r1", "sender_id": "u2", "sender_username": "ada",
        "message_preview": "Are you\nthere?", "room_name": "Lobby",
    });
    check(
        "new_message",
        full.clone(),
        "New message from ada in Lobby",
        "Are you\nthere?",
    );
    let mut shown = full;
    shown["sender_info"] = json!({"username": "ada", "display_name": "Ada L."});
    check(
        "new_message",
        shown,
        "New message from Ada L. in Lobby",
        "Are you\nthere?",
    );
    let nested = json!({"sender_info": {"username": "ada", "display_name": " "}});
    check("new_message", nested, "New message from ada", "");
    check(
        "new_message",
        json!({"room_name": "Lobby"}),
        "New message in Lobby",
        "",
    );
    check("new_message", json!({"text": "Hi"}), "New message", "Hi");
    let wrong =
        json!({"sender_username": 7, "sender_info": "x", "room_name": [], "message_preview": {}});
    check("new_message", wrong, "New message", "");
}

#[test]
fn room_invitation() {
    let full = json!({
        "room_id": "r1", "room_name": "Lobby", "room_description": "Small talk",
        "inviter_id": "u2", "inviter_username": "ada",
    });
    check(
        "room_invitation",
        full,
        "ada invited you to Lobby",
        "Small talk",
    );
    let info = json!({"inviter_info": {"display_name": "Ada"}});
    check("room_invitation", info, "Ada invited you to a room", "");
    check(
        "room_invitation",
        json!({"room_name": "Lobby"}),
        "You are invited to Lobby",
        "",
    );
    check(
        "room_invitation",
        json!({"inviter_username": null}),
        "You are invited to a room",
        "",
    );
}

#[test]
fn friend_request() {
    let ada =
        json!({"sender_id": "u2", "sender_username": "ada", "request_type": "friend_request"});
    check("friend_request", ada, "ada wants to be your friend", "");
    check(
        "friend_request",
        json!({"request_type": 1}),
        "You have a new friend request",
        "",
    );
    let accepted = json!({"sender_username": "ada", "request_type": "friend_request_accepted"});
    check(
        "friend_request",
        accepted.clone(),
        "ada accepted your friend request",
        "",
    );
    check(
        "friend_request_accepted",
        accepted,
        "ada accepted your friend request",
        "",
    );
    check(
        "friend_request_accepted",
        json!({}),
        "Your friend request was accepted",
        "",
    );
}

#[test]
fn any_other_type() {
    let all = json!({"message_preview": "p", "body": "b", "message": "m", "text": "t"});
    check("order.shipped", all, "Order shipped", "t");
    check(
        "order.shipped",
        json!({"text": 1, "body": "b", "message_preview": "p"}),
        "Order shipped",
        "b",
    );
    check("order.shipped", json!({"sum": 12}), "Order shipped", "");
    for content in ["", "null", "[]", "7", "\"text\"", "{", "{}", "no JSON"] {
        let message = render(&notification("._-", content), Form::Short, "en");
        assert_eq!(
            (&*message.title, &*message.text),
            ("Notification", ""),
            "{content}"
        );
    }
}

#[test]
fn the_callers_own_words_win() {
    let mut own = notification(
        "new_message",
        r#"{"sender_username": "ada", "text": "theirs"}"#,
    );
    own.body = Some("ours".into());
    let message = render(&own, Form::Short, "en");
    assert_eq!(
        (&*message.title, &*message.text),
        ("New message from ada", "ours")
    );
    own.title = Some("Our title".into());
    let message = render(&own, Form::Short, "en");
    assert_eq!((&*message.title, &*message.text), ("Our title", "ours"));
    (own.title, own.body) = (Some("\r\n ".into()), Some("\u{0}".into()));
    let message = render(&own, Form::Short, "en");
    assert_eq!(
        (&*message.title, &*message.text),
        ("New message from ada", "theirs")
    );
}

#[test]
fn two_long_names_fit_a_title() {
    let long = "ж".repeat(1_000);
    let message = short(
        "new_message",
        &json!({"sender_username": long, "room_name": long}),
    );
    assert_eq!(message.title.matches('…').count(), 2);
    assert!(message.title.chars().count() <= 200 && message.title.contains(" in "));
}
