//! 4,096 bytes, whatever comes.

use std::sync::OnceLock;

use campanile_domain::{Notification, OutcomeKind};
use campanile_test_support::fcm::{FcmMessage, FcmServer};
use proptest::prelude::*;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

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
        html: None,
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
fn a_long_text_is_cut_between_characters_before_the_title() {
    let long = with_content(r#"{"a":"gone"}"#);
    let sent = Scene::shared().sent(&long, &shown("Title", &"\"🙂".repeat(2_000)));
    fits(&sent, &long);
    assert!(sent.bytes.len() > 4_080, "{} bytes", sent.bytes.len());
    let body = sent.message["notification"]["body"].as_str().unwrap();
    assert!(body.ends_with('…') && body.starts_with("\"🙂"), "{body}");
    assert_eq!(sent.message["notification"]["title"], "Title");
    let both = Scene::shared().sent(
        &with_content("{}"),
        &shown(&"\u{1}".repeat(9_000), &"x".repeat(9_000)),
    );
    assert!(both.bytes.len() <= 4_096);
    assert_eq!(both.message["notification"].get("body"), None);
}

#[test]
fn a_content_of_many_fields_is_no_work_to_speak_of() {
    let fields: Map<String, Value> = (0..20_000)
        .map(|n| (format!("k{n}"), Value::from(n)))
        .collect();
    let many = with_content(Value::Object(fields).to_string());
    fits(&Scene::shared().sent(&many, &shown("Title", "Text")), &many);
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
}
