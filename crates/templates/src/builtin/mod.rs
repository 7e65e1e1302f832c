//! The words that are part of the program, in seven languages: for the types that we know, and for any other.
//!
//! Rendering never fails: a field that is missing or of a wrong type leaves a sentence that reads well without it, and
//! an unknown type gets its name as its title.

mod content;
mod languages;
mod lossy;
mod page;
mod type_names;
mod words;

use campanile_domain::{ItemTexts, Notification};

use self::content::Content;
use self::languages::Words;
pub(crate) use self::lossy::{Lossy, decode};
pub use self::type_names::type_name;
use crate::{Form, Language, Message, clean};

/// Why a reader gets a mail.
pub(crate) const fn why_mail(language: Language) -> &'static str {
    Words::of(language).why_mail
}

/// Renders a notification in the language of a locale, or else in English; the caller's own title and body win over
/// the words of its type. [`Language::of_chain`] chooses from several locales.
#[must_use]
pub fn render(notification: &Notification, form: Form, locale: &str) -> Message {
    let language = Language::of(locale).unwrap_or(Language::English);
    let content = Content::of(notification);
    let own_title = notification.title.as_deref();
    let own_body = notification.body.as_deref();
    let title = own_title
        .and_then(|title| clean::line(title, Message::MAX_TITLE_CHARS))
        .unwrap_or_else(|| words::title(&notification.notification_type, &content, language));
    let text = own_body
        .and_then(|body| clean::text(body, Message::MAX_TEXT_BYTES))
        .or_else(|| words::text(&notification.notification_type, &content, language))
        .unwrap_or_default();
    match form {
        Form::Short => Message {
            title,
            text,
            html: None,
            image: None,
        },
        Form::Mail => Message {
            html: page::page(&title, &text, &notification.item, language),
            text: with_links(
                if text.is_empty() { title.clone() } else { text },
                &notification.item,
                language,
            ),
            title,
            image: None,
        },
    }
}

/// A mail's plain text ends with what the page has as a button and links.
fn with_links(mut text: String, item: &ItemTexts, language: Language) -> String {
    let own = item
        .link
        .iter()
        .map(|link| (Words::of(language).open, link));
    let actions = item.actions.iter();
    let actions = actions.map(|action| (action.title.as_str(), &action.link));
    for (place, (title, link)) in own.chain(actions).enumerate() {
        let gap = if place == 0 { "\n\n" } else { "\n" };
        text.extend([gap, title, ": ", link.as_str()]);
    }
    text
}
