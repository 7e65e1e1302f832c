//! 4,096 bytes, whatever comes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use campanile_domain::{Notification, OutcomeKind};
use campanile_test_support::fcm::{FcmMessage, FcmServer};
use proptest::prelude::*;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;
use unicode_segmentation::UnicodeSegmentation;

use super::{PushChannel, Rendered, channel, notification, send_rendered};

/// One runtime and one server for all cases.
struct Scene {
    runtime: Runtime,
    server: FcmServer,
    channel: PushChannel,
}

impl Scene {
    fn shared() -> &'static Self {
        static SCENE: OnceLock<Scene> = OnceLock::new();
        SCENE.get_or_init(|| {
            let runtime = Runtime::new().unwrap();
            let server = runtime.block_on(FcmServer::start());
            let channel = channel(&server);
            Self {
                runtime,
                server,
                channel,
            }
        })
    }

    /// The one that was sent to a device of its own.
    fn sent(&self, notification: &Notification, rendered: &Rendered) -> FcmMessage {
        let device = notification.id.to_string();
        let address = format!("token:{device}");
        let sending = send_rendered(&self.channel, &address, notification, rendered);
        let outcome = self.runtime.block_on(sending);
        assert_eq!(outcome.kind, OutcomeKind::Delivered);
        let received = self.server.received().into_iter();
        received
            .rev()
            .find(|message| message.target == device)
            .unwrap()
    }
}

fn fits(sent: &FcmMessage, notification: &Notification) {
    assert!(sent.bytes.len() <= 4_096, "{} bytes", sent.bytes.len());
    let data = sent.message["data"].as_object().unwrap();
    assert_eq!(data["notification_id"], notification.id.to_string());
    assert_eq!(data["notification_type"], "room.invite");
    assert!(data.values().all(Value::is_string));
}

fn with_content(content: impl Into<std::sync::Arc<str>>) -> Notification {
    Notification {
        content: content.into(),
        ..notification()
    }
}

fn shown(title: &str, text: &str) -> Rendered {
    Rendered {
        title: title.into(),
        text: text.into(),
        ..Rendered::default()
    }
}

#[test]
fn the_largest_field_goes_first_and_the_small_ones_stay() {
    let content = format!(
        r#"{{"a":"x","b":"{}","c":"{}","d":"y"}}"#,
        "b".repeat(3_000),
        "c".repeat(2_000)
    );
    let large = with_content(content);
    let sent = Scene::shared().sent(&large, &shown("Title", "Text"));
    fits(&sent, &large);
    let keys: Vec<&String> = sent.message["data"].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["a", "c", "d", "notification_id", "notification_type"]
    );
    assert_eq!(sent.message["notification"]["body"], "Text");
}

#[test]
fn a_long_text_is_cut_between_letters_before_anything_else_goes() {
    let long = with_content(
        r#"{"room_id":"8c1f","link":"https://example.com/rooms/8c1f?from=push","note":"stays"}"#,
    );
    let sent = Scene::shared().sent(&long, &shown("Title", &"\"🇨🇭".repeat(2_000)));
    fits(&sent, &long);
    assert!(sent.bytes.len() > 4_080, "{} bytes", sent.bytes.len());
    let body = sent.message["notification"]["body"].as_str().unwrap();
    let kept = body.strip_suffix('…').unwrap();
    assert!(kept.len() > 2_000, "{body}");
    assert_eq!(kept.replace("🇨🇭", "").replace('"', ""), "", "{body}");
    assert_eq!(sent.message["notification"]["title"], "Title");
    let data = &sent.message["data"];
    assert_eq!(data["room_id"], "8c1f");
    assert_eq!(data["link"], "https://example.com/rooms/8c1f?from=push");
    assert_eq!(data["note"], "stays");
}

#[test]
fn ids_and_links_outlast_all_else_and_both_texts_keep_a_beginning() {
    let content = format!(
        r#"{{"room_id":"8c1f","link":"https://example.com/{}","a":"{}","b":"short"}}"#,
        "l".repeat(1_500),
        "a".repeat(3_000)
    );
    let given = with_content(content);
    let title = "\u{1}".repeat(512);
    let sent = Scene::shared().sent(&given, &shown(&title, &"x".repeat(9_000)));
    fits(&sent, &given);
    let keys: Vec<&String> = sent.message["data"].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["link", "notification_id", "notification_type", "room_id"]
    );
    let notification = &sent.message["notification"];
    let [headline, body] = ["title", "body"].map(|key| notification[key].as_str().unwrap());
    assert_eq!(body.len(), 256);
    assert!((256..512).contains(&headline.len()) && headline.ends_with('…'));
}

#[test]
fn a_content_of_many_fields_is_no_work_to_speak_of() {
    let fields: Map<String, Value> = (0..20_000)
        .map(|n| (format!("k{n}"), Value::from(n)))
        .collect();
    let many = with_content(Value::Object(fields).to_string());
    fits(&Scene::shared().sent(&many, &shown("Title", "Text")), &many);
}

/// A text of letters that take one to eight characters.
fn any_text() -> impl Strategy<Value = String> {
    let letter = prop::sample::select(vec![
        "a", " ", "\"", "\n", "ä", "你", "🙂", "🇨🇭", "e\u{301}",
    ]);
    prop::collection::vec(letter, 0..1_200).prop_map(|letters| letters.concat())
}

/// Fields of known kinds, and their values.
fn any_fields() -> impl Strategy<Value = BTreeMap<&'static str, String>> {
    let key = prop::sample::select(vec!["room_id", "user_id", "link", "a", "b", "c", "d"]);
    prop::collection::btree_map(key, "[a-z]{0,900}", 0..7).prop_map(|mut fields| {
        for (key, value) in &mut fields {
            match *key {
                "link" => value.insert_str(0, "https://example.com/"),
                "room_id" | "user_id" => value.truncate(36),
                _ => {}
            }
        }
        fields
    })
}

/// How a text was cut: not at all, or after so many bytes between letters.
fn is_beginning(sent: &str, given: &str) -> bool {
    let cuts = || given.grapheme_indices(true).map(|(at, _)| at);
    let is_cut = |kept: &str| given.starts_with(kept) && cuts().any(|at| at == kept.len());
    sent == given || sent.strip_suffix('…').is_some_and(is_cut)
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,900}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,40}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_message_fits_and_says_whose_it_is(
        content in prop::collection::btree_map("(from|google\\.a|.{0,60})", any_json(), 0..12),
        title in ".{0,1500}",
        text in ".{0,3000}",
        key in prop::option::of(".{1,200}"),
    ) {
        let content = Value::Object(content.into_iter().collect()).to_string();
        let given = Notification { collapse_key: key, ..with_content(content) };
        fits(&Scene::shared().sent(&given, &shown(&title, &text)), &given);
    }

    #[test]
    fn what_matters_least_goes_first(
        fields in any_fields(),
        title in "[a-zä]{1,250}",
        text in any_text(),
    ) {
        let content: Map<String, Value> = fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())))
            .collect();
        let given = with_content(Value::Object(content).to_string());
        let sent = Scene::shared().sent(&given, &shown(&title, &text));
        fits(&sent, &given);
        let shown = |key: &str| sent.message["notification"][key].as_str().unwrap_or_default();
        let (body, headline) = (shown("body"), shown("title"));
        prop_assert!(is_beginning(body, &text) && is_beginning(headline, &title));
        // A body with something to spare costs nothing else, and is not cut further than it must be.
        let has_spare = body.len() > 256 + "🇨🇭".len();
        let data = sent.message["data"].as_object().unwrap();
        let (kept, gone): (Vec<_>, Vec<_>) =
            fields.iter().partition(|(key, _)| data.contains_key(**key));
        if has_spare {
            prop_assert!(gone.is_empty() && headline == title, "{gone:?}");
            let is_whole = body == text;
            prop_assert!(is_whole || sent.bytes.len() + 16 > 4_096, "{}", sent.bytes.len());
        }
        // Short enough texts and these fields always leave room for ids and links.
        let opens = |key: &str| matches!(key, "room_id" | "user_id" | "link");
        prop_assert!(gone.iter().all(|(key, _)| !opens(key)), "{gone:?}");
        prop_assert!(text.len() <= 256 || body.len() >= 256, "{}", body.len());
        let size = |(key, value): &(&&str, &String)| key.len() + value.len();
        let kept = kept.iter().filter(|(key, _)| !opens(key)).map(size).max();
        let gone = gone.iter().map(size).min();
        prop_assert!(kept <= gone || gone.is_none(), "{kept:?} {gone:?}");
    }
}
