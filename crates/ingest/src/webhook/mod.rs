//! Webhooks of any shape: a mapping says where in the JSON the parts of a message are.

mod signature;

use std::borrow::Cow;

use campanile_domain::{IngestMapping, Level, Priority};
use serde_json::Value;

use crate::{Group, Message, Occasion, Refusal, texts};
pub use signature::{SignedHeaders, new_secret, verify};

/// Reads a webhook. `id` is the sender's own name for it (`webhook-id`): the same id again sends nothing.
///
/// # Errors
/// [`Refusal`]: it is not JSON.
pub fn read(mapping: &IngestMapping, id: Option<&str>, body: &[u8]) -> Result<Message, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|error| Refusal::no_json(&error))?;
    let at = |pointer: &Option<String>| {
        let found = value.pointer(pointer.as_deref()?)?;
        text(found).filter(|text| !text.trim().is_empty())
    };
    let title = at(&mapping.title);
    let text = at(&mapping.body);
    let priority = at(&mapping.priority).and_then(|name| priority(&name));
    let is_over = at(&mapping.status).is_some_and(|status| status == mapping.resolved());
    let group = at(&mapping.group).map(|name| Group::named(&name, is_over));
    let mut message = Message {
        title: title.as_deref().and_then(texts::title),
        body: text.as_deref().and_then(texts::body),
        link: at(&mapping.link).map(Cow::into_owned),
        priority,
        group,
        occasion: id.map(|id| Occasion::of(["webhook-id", id])),
        ..Message::default()
    };
    message.content.text("source", "webhook");
    if let Ok(written) = std::str::from_utf8(body) {
        message.content.written("payload", written);
    }
    Ok(message)
}

/// A value as text: numbers and switches as they are written, objects and lists not at all.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn priority(name: &str) -> Option<Priority> {
    let name = name.trim().to_ascii_lowercase();
    let by_name = name.parse::<Priority>().ok();
    by_name.or_else(|| name.parse::<Level>().ok().map(Priority::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapping() -> IngestMapping {
        let at = |pointer: &str| Some(pointer.to_owned());
        IngestMapping {
            title: at("/issue/title"),
            body: at("/issue/count"),
            link: at("/issue/links/0"),
            priority: at("/issue/level"),
            group: at("/issue/id"),
            status: at("/action"),
            resolved: at("closed"),
        }
    }

    #[test]
    fn pointers_find_the_parts() {
        let body = json!({"action": "opened", "issue": {"id": 7, "title": "It\nbroke", "count": 12.50,
            "links": ["https://example.com/7"], "level": "Error"}});
        let message = read(&mapping(), Some("m1"), body.to_string().as_bytes()).expect("taken");
        assert_eq!(message.title.as_deref(), Some("It broke"));
        assert_eq!(message.body.as_deref(), Some("12.5"));
        assert_eq!(message.link.as_deref(), Some("https://example.com/7"));
        assert_eq!(message.priority, Some(Priority::High));
        assert_eq!(message.group, Some(Group::named("7", false)));
        assert_eq!(message.occasion, Some(Occasion::of(["webhook-id", "m1"])));
        let content: Value = serde_json::from_str(&message.content.to_json()).expect("JSON");
        assert_eq!(content["payload"], body);
        let closed = json!({"action": "closed", "issue": {"id": 7}});
        let message = read(&mapping(), None, closed.to_string().as_bytes()).expect("taken");
        assert_eq!(message.group, Some(Group::named("7", true)));
        assert_eq!((message.title, message.occasion), (None, None));
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        for body in [
            "{}",
            "[]",
            "7",
            r#"{"issue": {"title": {"a": 1}, "level": "odd", "links": {}}}"#,
        ] {
            let message = read(&mapping(), None, body.as_bytes()).expect("taken");
            assert!(message.title.is_none() && message.link.is_none() && message.group.is_none());
            assert_eq!(message.priority, None);
        }
        for body in ["", "{", "\u{feff}{}", &"[".repeat(200)] {
            let refused = read(&mapping(), None, body.as_bytes());
            assert!(matches!(refused, Err(Refusal::Malformed(_))), "{body}");
        }
    }
}
