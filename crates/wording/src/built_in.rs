//! The last three levels: words of the type, words of any type, and what needs no words of ours.

use std::panic::{AssertUnwindSafe, catch_unwind};

use campanile_domain::{Notification, NotificationType, TextLevel};
use campanile_templates::{Form, Language, Message, render};

use crate::Worded;

/// Renders without any template of the tenant's, for the first locale of a chain that there are words in.
pub(crate) fn built_in(notification: &Notification, form: Form, chain: &[String]) -> Worded {
    let language = Language::of_chain(chain.iter().map(String::as_str));
    let rendered = catch_unwind(AssertUnwindSafe(|| {
        render(notification, form, language.tag())
    }));
    let (message, level) = match rendered {
        Ok(message) => (message, level(&notification.notification_type)),
        Err(_panic) => (emergency(notification), TextLevel::Emergency),
    };
    Worded {
        message,
        level,
        version: None,
        locale: language.tag().to_owned(),
        assigned: None,
    }
}

/// How particular the built-in words of a type are.
pub(crate) fn level(notification_type: &NotificationType) -> TextLevel {
    match notification_type.as_str() {
        "new_message" | "room_invitation" | "friend_request" | "friend_request_accepted" => {
            TextLevel::BuiltIn
        }
        _ => TextLevel::Generic,
    }
}

/// What the sender wrote, or else type and content. It calls nothing that can fail.
fn emergency(notification: &Notification) -> Message {
    let title = notification.title.as_deref();
    let title = title.unwrap_or(notification.notification_type.as_str());
    let text = notification.body.as_deref();
    let mut text = text.unwrap_or(&notification.content).to_owned();
    text.truncate(text.floor_char_boundary(Message::MAX_TEXT_BYTES));
    let one_line = |c: char| if c.is_control() { ' ' } else { c };
    Message {
        title: title
            .chars()
            .take(Message::MAX_TITLE_CHARS)
            .map(one_line)
            .collect(),
        text,
        html: None,
        image: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::notification;

    #[test]
    fn an_emergency_shows_what_the_sender_wrote_or_type_and_content() {
        let mut one = notification("order.shipped", r#"{"order":7}"#);
        let message = emergency(&one);
        assert_eq!(message.title, "order.shipped");
        assert_eq!(message.text, r#"{"order":7}"#);
        one.title = Some("Shipped\r\nBcc: x".into());
        one.body = Some("ä".repeat(Message::MAX_TEXT_BYTES));
        let message = emergency(&one);
        assert_eq!(message.title, "Shipped  Bcc: x");
        assert_eq!(message.text.len(), Message::MAX_TEXT_BYTES);
    }
}
