//! The end of the chain: what every notification gets that no template claims.
//!
//! It never fails: a field that is missing or of a wrong type leaves a sentence that reads well without it, and an
//! unknown type gets its name as its title.

mod content;
mod lossy;
mod page;
mod words;

use campanile_domain::Notification;

use self::content::Content;
use crate::{Form, Message, clean};

/// Renders a notification; the caller's own title and body win over the words of its type.
#[must_use]
pub fn render(notification: &Notification, form: Form) -> Message {
    let content = Content::of(notification);
    let own_title = notification.title.as_deref();
    let own_body = notification.body.as_deref();
    let title = own_title
        .and_then(|title| clean::line(title, Message::MAX_TITLE_CHARS))
        .unwrap_or_else(|| words::title(&notification.notification_type, &content));
    let text = own_body
        .and_then(|body| clean::text(body, Message::MAX_TEXT_BYTES))
        .or_else(|| words::text(&notification.notification_type, &content))
        .unwrap_or_default();
    match form {
        Form::Short => Message {
            title,
            text,
            html: None,
        },
        Form::Mail => Message {
            html: page::page(&title, &text),
            text: if text.is_empty() { title.clone() } else { text },
            title,
        },
    }
}
