//! What a browser gets: JSON that a service worker shows, within what push services take.
//!
//! When it is too long, `content` goes first, then the text is shortened, then the title: what a reader sees is kept for longest.

use campanile_domain::Link;
use serde::Serialize;
use serde_json::value::RawValue;
use unicode_segmentation::UnicodeSegmentation;

use crate::Envelope;

const ELLIPSIS: &str = "…";

#[derive(Serialize)]
struct Payload<'a> {
    notification_id: String,
    notification_type: &'a str,
    title: &'a str,
    body: &'a str,
    priority: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collapse_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a RawValue>,
}

/// Writes the payload, at most `limit` bytes.
pub(super) fn payload(envelope: &Envelope<'_>, limit: usize) -> Vec<u8> {
    let notification = envelope.notification;
    let content: Option<&RawValue> = serde_json::from_str(&notification.content).ok();
    let link = notification.item.link.as_ref().map(Link::as_str);
    let write = |title: &str, body: &str, has_link: bool, has_content: bool| {
        let payload = Payload {
            notification_id: notification.id.to_string(),
            notification_type: notification.notification_type.as_str(),
            title,
            body,
            priority: notification.priority.name(),
            link: link.filter(|_| has_link),
            collapse_key: notification.collapse_key.as_deref().filter(|_| has_link),
            badge: envelope.rendered.badge,
            content: content.filter(|_| has_content),
        };
        serde_json::to_vec(&payload).expect("texts and numbers can be written")
    };
    let (title, body) = (&*envelope.rendered.title, &*envelope.rendered.text);
    let whole = std::iter::once_with(|| write(title, body, true, true));
    // Without the content, then with less and less of the text, and at last of the title.
    let steps = [usize::MAX, 3_072, 2_048, 1_024, 512, 256, 128, 0].into_iter();
    let of_text = steps.clone();
    let of_text = of_text.map(|most| write(title, &shortened(body, most), true, false));
    let of_title = steps.map(|most| write(&shortened(title, most), "", false, false));
    let mut all = whole.chain(of_text).chain(of_title);
    all.find(|written| written.len() <= limit)
        .unwrap_or_else(|| write("", "", false, false))
}

/// The beginning of a text, cut between what a reader sees as letters.
fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(ELLIPSIS.len());
    let mut end = 0;
    for letter in text.graphemes(true) {
        if end + letter.len() > room {
            break;
        }
        end += letter.len();
    }
    match end {
        0 => String::new(),
        end => format!("{}{ELLIPSIS}", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use campanile_domain::{
        DeliveryId, ItemTexts, Notification, NotificationId, NotificationType, Priority, TenantId,
        UserId,
    };
    use serde_json::{Value, json};

    use super::*;
    use crate::Rendered;

    fn read(title: &str, text: &str, content: &str, limit: usize) -> (usize, Value) {
        let now = chrono::Utc::now();
        let notification = Notification {
            id: NotificationId::at(now),
            tenant: TenantId::parse("acme").expect("valid"),
            user_id: UserId::parse("u").expect("valid"),
            notification_type: NotificationType::parse("news").expect("valid"),
            priority: Priority::High,
            title: None,
            body: None,
            content: content.into(),
            channels: None,
            send_at: None,
            expires_at: None,
            collapse_key: Some("k".into()),
            item: Arc::new(ItemTexts {
                link: Link::parse("https://example.com/1").ok(),
                ..ItemTexts::default()
            }),
            correlation_id: String::new(),
            created_at: now,
        };
        let rendered = Rendered {
            title: title.into(),
            text: text.into(),
            ..Rendered::default()
        };
        let envelope = Envelope {
            delivery_id: DeliveryId::of_message(&[b"d"]),
            address: "",
            notification: &notification,
            rendered: &rendered,
        };
        let written = payload(&envelope, limit);
        let mut value: Value = serde_json::from_slice(&written).expect("JSON");
        assert_eq!(value["notification_id"].take(), notification.id.to_string());
        (written.len(), value)
    }

    #[test]
    fn everything_is_there_where_it_fits() {
        let (_, value) = read("T", "B", r#"{"n": 1.10}"#, 3_993);
        let expected = json!({"notification_id": null, "notification_type": "news", "title": "T", "body": "B",
            "priority": "high", "link": "https://example.com/1", "collapse_key": "k", "content": {"n": 1.1}});
        assert_eq!(value, expected);
    }

    #[test]
    fn the_content_goes_first_then_the_end_of_the_text() {
        let long = json!({"x": "y".repeat(5_000)}).to_string();
        let (_, value) = read("T", "B", &long, 3_993);
        assert_eq!(
            (&value["body"], &value["content"]),
            (&json!("B"), &Value::Null)
        );
        assert_eq!(value["link"], "https://example.com/1");
        let text = "ü\"\u{1f514}".repeat(1_000);
        let (bytes, value) = read("T", &text, "{}", 3_993);
        assert!(bytes <= 3_993 && bytes > 1_000, "{bytes}");
        assert!(value["body"].as_str().expect("a text").ends_with('…'));
        assert_eq!(value["title"], "T");
    }

    #[test]
    fn nothing_is_too_long() {
        for limit in [200, 400, 1_000, 3_993] {
            let (bytes, _) = read(&"t\n".repeat(3_000), &"b\0".repeat(9_000), "{}", limit);
            assert!(bytes <= limit, "{bytes} {limit}");
        }
    }
}
