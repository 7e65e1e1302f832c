//! What an ntfy server takes: `PUT` or `POST /{topic}` with headers or parameters, and JSON.
//!
//! Source: <https://docs.ntfy.sh/publish/>, read on 2026-11-30, and Apprise 2.3.0 (`apprise/plugins/ntfy.py`).

mod actions;
mod delay;
mod header_text;
mod json;
mod options;

use campanile_domain::{Priority, TopicKey};
use campanile_fields::FieldCode;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{Message, Refusal, texts};
pub use options::Options;

/// What is published, as far as it is echoed to the caller.
#[derive(Debug)]
pub struct Published {
    /// The topic as the caller named it.
    pub topic: String,
    /// The message.
    pub message: Message,
    /// 1 to 5; 3 unless the caller says otherwise.
    pub priority: u8,
    /// The tags.
    pub tags: Vec<String>,
}

/// Reads a message to the topic of the path. The body is its text.
///
/// # Errors
/// [`Refusal`]: a value is wrong, or asks for what is not served.
pub fn read(
    topic: &str,
    mut options: Options,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<Published, Refusal> {
    if !body.is_empty() {
        let text = std::str::from_utf8(body);
        let text = text.map_err(|_| {
            Refusal::not_supported("attach", "the body must be a text; files are not supported")
        })?;
        options.message = Some(text.to_owned());
    }
    published(topic, options, now)
}

/// Reads a message that is published as JSON. What the headers say holds where the body says nothing.
///
/// # Errors
/// As [`read`].
pub fn read_json(options: Options, body: &[u8], now: DateTime<Utc>) -> Result<Published, Refusal> {
    let (topic, options) = json::read(options, body)?;
    published(&topic, options, now)
}

fn published(topic: &str, options: Options, now: DateTime<Utc>) -> Result<Published, Refusal> {
    let is_topic = (1..=64).contains(&topic.len())
        && topic
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_topic {
        let detail = "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -";
        return Err(Refusal::wrong("topic", FieldCode::Invalid, detail));
    }
    options.refuse_what_is_not_served()?;
    let (number, priority) = priority(options.priority.as_deref())?;
    let actions = options.actions.as_deref().unwrap_or_default();
    let actions = actions::read(actions)?;
    let send_at = options.delay.as_deref();
    let send_at = send_at.map(|text| delay::read(text, now)).transpose()?;
    let tags: Vec<String> = options
        .tags
        .iter()
        .map(|tag| texts::cut(tag.trim(), 64))
        .filter(|tag| !tag.is_empty())
        .take(options::MAX_TAGS)
        .collect();
    let text = options.message.as_deref().and_then(texts::body);
    let mut message = Message {
        // As ntfy's apps show a message without a title.
        title: options
            .title
            .as_deref()
            .and_then(texts::title)
            .or_else(|| Some(topic.to_owned())),
        // As ntfy says of a message without a text.
        body: text.or_else(|| Some("triggered".to_owned())),
        link: options.click.clone(),
        priority,
        send_at,
        topic: TopicKey::parse(&topic.to_ascii_lowercase()).ok(),
        collapse_key: options.sequence.as_deref().and_then(|text| {
            texts::title(text).map(|text| texts::cut(&format!("ntfy/{topic}/{text}"), 128))
        }),
        ..Message::default()
    };
    message.content.text("source", "ntfy");
    message.content.text("topic", topic);
    message.content.value("priority", &number.into());
    if !tags.is_empty() {
        message.content.value("tags", &tags.clone().into());
    }
    message
        .content
        .text("click", options.click.as_deref().unwrap_or_default());
    message
        .content
        .text("icon", options.icon.as_deref().unwrap_or_default());
    if options.markdown {
        message.content.text("format", "markdown");
    }
    if !actions.is_empty() {
        let all: Vec<Value> = actions
            .iter()
            .map(|(label, url)| serde_json::json!({"action": "view", "label": label, "url": url}))
            .collect();
        message.content.value("actions", &all.into());
    }
    message.actions = actions;
    Ok(Published {
        topic: topic.to_owned(),
        message,
        priority: number,
        tags,
    })
}

/// Priorities have numbers and names. The default is the address's own.
fn priority(text: Option<&str>) -> Result<(u8, Option<Priority>), Refusal> {
    let text = text.unwrap_or_default().trim().to_ascii_lowercase();
    Ok(match &*text {
        "" | "3" | "default" => (3, None),
        "1" | "min" => (1, Some(Priority::Low)),
        "2" | "low" => (2, Some(Priority::Low)),
        "4" | "high" => (4, Some(Priority::High)),
        "5" | "max" | "urgent" => (5, Some(Priority::Critical)),
        // Browsers send a header of this name that is about the order of responses (RFC 9218).
        other if other.starts_with("u=") || other == "i" => (3, None),
        _ => {
            let detail = "must be 1 to 5, or min, low, default, high or urgent";
            return Err(Refusal::wrong("priority", FieldCode::UnknownValue, detail));
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn options(headers: &[(&str, &str)], query: &str) -> Options {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        Options::of(headers, Some(query)).expect("options")
    }

    fn content(message: &Message) -> Value {
        serde_json::from_str(&message.content.to_json()).expect("JSON")
    }

    fn refused(read: Result<Published, Refusal>) -> (String, &'static str) {
        match read {
            Err(Refusal::Wrong(error)) => (error.field, error.code.name()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn headers_and_parameters_say_the_same() {
        let now = Utc::now();
        let by_header = options(
            &[
                ("Title", "=?UTF-8?B?w5xiZXI=?="),
                ("X-Priority", "urgent"),
                ("ta", "warning, skull"),
                ("Click", "https://example.com/"),
                ("Actions", "view, Open, https://example.com/door"),
                ("Delay", "30m"),
            ],
            "",
        );
        let by_query = options(
            &[],
            "t=%C3%9Cber&p=5&tags=warning,skull&click=https://example.com/\
             &actions=view,%20Open,%20https://example.com/door&in=30+minutes",
        );
        for options in [by_header, by_query] {
            let read = read("Attic_1", options, "Fire\nnow".as_bytes(), now).expect("taken");
            let message = read.message;
            assert_eq!(message.title.as_deref(), Some("Über"));
            assert_eq!(message.body.as_deref(), Some("Fire\nnow"));
            assert_eq!(message.priority, Some(Priority::Critical));
            assert_eq!(message.topic, TopicKey::parse("attic_1").ok());
            assert_eq!(message.link.as_deref(), Some("https://example.com/"));
            let button = ("Open".to_owned(), "https://example.com/door".to_owned());
            assert_eq!(message.actions, [button]);
            assert_eq!(message.send_at, Some(now + chrono::TimeDelta::minutes(30)));
            assert_eq!(content(&message)["tags"], json!(["warning", "skull"]));
            assert_eq!((read.priority, read.tags.len()), (5, 2));
        }
    }

    #[test]
    fn json_says_the_same_and_headers_fill_in() {
        let body = json!({"topic": "attic", "message": "Fire", "title": "T", "tags": ["a"], "priority": 4,
            "actions": [{"action": "view", "label": "Open", "url": "https://example.com/", "clear": true}],
            "click": "https://example.com/", "markdown": true});
        let headers = options(
            &[("X-Priority", "1"), ("X-Icon", "https://x.example/i.png")],
            "",
        );
        let read = read_json(headers, body.to_string().as_bytes(), Utc::now()).expect("taken");
        let message = read.message;
        assert_eq!(message.title.as_deref(), Some("T"));
        assert_eq!(message.priority, Some(Priority::High));
        assert_eq!(message.actions.len(), 1);
        let content = content(&message);
        assert_eq!(content["icon"], "https://x.example/i.png");
        assert_eq!(content["format"], "markdown");
        // Apprise gives the priority as a header, and a text of its own.
        let body = json!({"topic": "attic", "message": "Fire"}).to_string();
        let read = read_json(
            options(&[("X-Priority", "high")], ""),
            body.as_bytes(),
            Utc::now(),
        );
        assert_eq!(read.expect("taken").priority, 4);
    }

    #[test]
    fn a_message_without_anything_is_a_message() {
        let read = read(
            "door",
            options(&[("Priority", "u=3, i")], ""),
            b"",
            Utc::now(),
        );
        let message = read.expect("taken").message;
        assert_eq!(message.title.as_deref(), Some("door"));
        assert_eq!(message.body.as_deref(), Some("triggered"));
        assert_eq!(message.priority, None);
        let read = read_with("sid=7");
        assert_eq!(read.collapse_key.as_deref(), Some("ntfy/door/7"));
    }

    fn read_with(query: &str) -> Message {
        let read = read("door", options(&[], query), b"x", Utc::now());
        read.expect("taken").message
    }

    #[test]
    fn what_is_wrong_or_not_served_is_named() {
        for (topic, query, field, code) in [
            ("a b", "", "/topic", "invalid"),
            ("", "", "/topic", "invalid"),
            ("t", "priority=6", "/priority", "unknown_value"),
            ("t", "delay=tomorrow,+10am", "/delay", "invalid"),
            (
                "t",
                "attach=https://x.example/a.png",
                "/attach",
                "not_supported",
            ),
            ("t", "filename=a.png", "/filename", "not_supported"),
            ("t", "email=a@example.com", "/email", "not_supported"),
            ("t", "call=yes", "/call", "not_supported"),
            ("t", "template=github", "/template", "not_supported"),
            (
                "t",
                "actions=http,+Close,+https://x.example",
                "/actions",
                "not_supported",
            ),
            ("t", "actions=view,+Open", "/actions", "invalid"),
        ] {
            let read = read(topic, options(&[], query), b"x", Utc::now());
            assert_eq!(refused(read), (field.to_owned(), code), "{topic} {query}");
        }
        let file = read("t", options(&[], ""), &[0xff, 0xd8], Utc::now());
        assert_eq!(refused(file), ("/attach".to_owned(), "not_supported"));
        for (body, field, code) in [
            (r#"{"message": "x"}"#, "/topic", "required"),
            (
                r#"{"topic": "t", "priority": "high"}"#,
                "/priority",
                "wrong_type",
            ),
            (r#"{"topic": "t", "tags": "a"}"#, "/tags", "wrong_type"),
            (
                r#"{"topic": "t", "attach": "https://x.example"}"#,
                "/attach",
                "not_supported",
            ),
        ] {
            let read = read_json(options(&[], ""), body.as_bytes(), Utc::now());
            assert_eq!(refused(read), (field.to_owned(), code), "{body}");
        }
        let read = read_json(options(&[], ""), b"{", Utc::now());
        assert!(matches!(read, Err(Refusal::Malformed(_))));
    }
}
