//! What holds whatever callers write.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use crate::fixture;

use crate::fixture::notification;
use campanile_templates::{Form, Language, Message, render};
use proptest::prelude::*;

const TYPES: [&str; 5] = [
    "new_message",
    "room_invitation",
    "friend_request",
    "friend_request_accepted",
    "order.shipped",
];
const NAMES: [&str; 10] = [
    "sender_username",
    "inviter_username",
    "room_name",
    "room_description",
    "message_preview",
    "text",
    "message",
    "body",
    "request_type",
    "other",
];

/// Strings as attackers and other nations write them.
fn string() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>",
        "</p>",
        "\"",
        "'",
        "&",
        "\r\n",
        "\n",
        "\u{0}",
        "\u{7f}",
        "\u{202e}",
        "{{",
        "%}",
        "ا",
        "👩\u{200d}",
        "e\u{301}",
        "x",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
    ]
}

fn content() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => string().prop_map(serde_json::Value::from),
        1 => any::<f64>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::json!([{"a": null}])),
    ];
    let names = prop::sample::select(&NAMES[..]).prop_map(String::from);
    let person = (string(), string())
        .prop_map(|(name, shown)| serde_json::json!({"username": name, "display_name": shown}));
    let object =
        (prop::collection::btree_map(names, value, 0..6), person).prop_map(|(map, person)| {
            let mut map = serde_json::Map::from_iter(map);
            map.insert("sender_info".into(), person.clone());
            map.insert("inviter_info".into(), person);
            serde_json::Value::from(map).to_string()
        });
    prop_oneof![4 => object, 1 => any::<String>()]
}

proptest! {
    #[test]
    fn messages_are_bounded_and_pages_escaped(
        notification_type in prop::sample::select(&TYPES[..]),
        content in content(),
        title in prop::option::of(string()),
        body in prop::option::of(string()),
        language in prop::sample::select(&Language::ALL[..]),
    ) {
        let mut notification = notification(notification_type, &content);
        (notification.title, notification.body) = (title, body);
        let short = render(&notification, Form::Short, language.tag());
        let mail = render(&notification, Form::Mail, language.tag());

        prop_assert_eq!(&short.title, &mail.title);
        prop_assert_eq!(&short.html, &None);
        prop_assert!(!short.title.trim().is_empty());
        prop_assert!(!short.title.chars().any(char::is_control));
        prop_assert!(short.title.chars().count() <= Message::MAX_TITLE_CHARS);
        prop_assert!(short.text.len() <= Message::MAX_TEXT_BYTES);
        prop_assert!(short.text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
        prop_assert!(!mail.text.is_empty());

        let page = mail.html.expect("a mail has a page");
        prop_assert!(page.len() <= Message::MAX_HTML_BYTES);
        // Nobody's words add a tag: a page has as many as any other of as many lines.
        let tags = |page: &str| page.matches('<').count() - page.matches("<br>").count();
        let plain = if short.text.is_empty() {
            render(&fixture::notification("t", "{}"), Form::Mail, "en").html.expect("a page")
        } else {
            fixture::page("t", "t")
        };
        // A text may be visible and yet leave nothing for the one line of the preview.
        let preview = |page: &str| 2 * page.matches("display:none").count();
        prop_assert_eq!(tags(&page) - preview(&page), tags(&plain) - preview(&plain));
        prop_assert_eq!(page.matches('"').count(), plain.matches('"').count() + preview(&page) - preview(&plain));
    }
}
