//! Prints events, for people or for programs.

use super::event::Event;
use crate::cli::EventFormat;
use crate::wiring::print;

/// A line is not much wider than a terminal.
const MAX_CHARS: usize = 120;

/// Prints one event.
pub(super) fn show(event: &Event, format: EventFormat) {
    match format {
        EventFormat::Text => print::line(text(event)),
        EventFormat::Json => match serde_json::to_string(event) {
            Ok(line) => print::line(line),
            Err(error) => print::warn(format_args!("an event cannot be printed: {error}")),
        },
    }
}

fn text(event: &Event) -> String {
    let data = &event.data;
    let field = |name: &str| data[name].as_str().unwrap_or_default();
    let number = |name: &str| data[name].as_u64().unwrap_or_default();
    let line = match event.event.as_str() {
        "connection" => format!(
            "connected as {}: {} unread of {}",
            field("user_id"),
            number("unread"),
            number("total")
        ),
        "notification" => {
            let texts = [field("title"), field("body")];
            let mut texts = texts.join(": ");
            if field("title").is_empty() || field("body").is_empty() {
                texts = [field("title"), field("body")].concat();
            }
            if texts.is_empty() {
                texts = data["content"].to_string();
            }
            format!(
                "{} {} {}  {}",
                field("created_at"),
                field("id"),
                field("notification_type"),
                texts
            )
        }
        "count" => format!("count: {} unread of {}", number("unread"), number("total")),
        other => format!("{other}: {data}"),
    };
    plain(&line)
}

/// Without what could control a terminal, and cut to a line.
fn plain(text: &str) -> String {
    let shown = text.chars().map(|sign| match sign.is_control() {
        true => ' ',
        false => sign,
    });
    let mut shown: String = shown.take(MAX_CHARS + 1).collect();
    if shown.chars().count() > MAX_CHARS {
        shown = shown.chars().take(MAX_CHARS - 1).collect();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(event: &str, data: Value) -> String {
        text(&Event {
            event: event.into(),
            id: None,
            data,
        })
    }

    #[test]
    fn an_event_is_one_readable_line() {
        for (event, data, expected) in [
            (
                "connection",
                json!({"user_id": "alice", "unread": 2, "total": 7}),
                "connected as alice: 2 unread of 7",
            ),
            (
                "notification",
                json!({"created_at": "T", "id": "7", "notification_type": "m", "title": "Hello", "body": "World"}),
                "T 7 m  Hello: World",
            ),
            (
                "notification",
                json!({"created_at": "T", "id": "7", "notification_type": "m", "title": null, "body": "World"}),
                "T 7 m  World",
            ),
            (
                "notification",
                json!({"created_at": "T", "id": "7", "notification_type": "m", "content": {"a": 1}}),
                "T 7 m  {\"a\":1}",
            ),
            (
                "count",
                json!({"unread": 0, "total": 1}),
                "count: 0 unread of 1",
            ),
            ("read", json!({"ids": ["7"]}), "read: {\"ids\":[\"7\"]}"),
        ] {
            assert_eq!(line(event, data), expected);
        }
    }

    #[test]
    fn what_a_sender_wrote_cannot_control_the_terminal() {
        let shown = line(
            "notification",
            json!({"title": format!("\u{1b}[2J\n{}", "x".repeat(500))}),
        );
        assert!(!shown.contains(['\u{1b}', '\n']), "{shown}");
        assert_eq!(shown.chars().count(), MAX_CHARS);
    }
}
