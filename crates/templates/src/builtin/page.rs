//! The page of a mail: `mail.html`, filled in.

use std::sync::LazyLock;

use minijinja::{Environment, Value, context};

use super::languages::Words;
use crate::{Language, Message, clean};

/// The name decides that everything filled in is escaped: it ends in `.html`.
const NAME: &str = "mail.html";

/// What mail lists show beside the subject, in characters; they cut off the rest themselves.
const PREVIEW_CHARS: usize = 140;

/// What the text may take of the page once escaped. The rest of the page, with a title of 200
/// characters in each of its places, stays below the other quarter.
const MAX_ESCAPED_TEXT_BYTES: usize = Message::MAX_HTML_BYTES / 4 * 3;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages
        .add_template(NAME, include_str!("mail.html"))
        .expect("the page is part of the program, and tests render it");
    pages
});

/// The page for a title and a text, which may be empty. `None` would mean a flaw of `mail.html`; a
/// mail goes out as plain text then.
pub(super) fn page(title: &str, text: &str, language: Language) -> Option<String> {
    let lines: Vec<Value> = fitting(text).lines().map(Value::from).collect();
    let preview = clean::line(text, PREVIEW_CHARS);
    let Words {
        email, why_mail, ..
    } = *Words::of(language);
    let (lang, dir) = (language.tag(), language.direction());
    PAGES
        .get_template(NAME)
        .and_then(|page| {
            page.render(context! { lang, dir, title, preview, lines, email, why_mail })
        })
        .ok()
}

/// As much of the text as the page has room for: a quotation mark takes six bytes there.
fn fitting(text: &str) -> String {
    let mut room = MAX_ESCAPED_TEXT_BYTES;
    let end = text.char_indices().find_map(|(at, c)| {
        let bytes = match c {
            '&' | '<' | '>' | '"' | '\'' | '/' => "&quot;".len(),
            '\n' => "<br>".len(),
            c => c.len_utf8(),
        };
        match room.checked_sub(bytes) {
            Some(left) => room = left,
            None => return Some(at),
        }
        None
    });
    let mut text = text.to_owned();
    if let Some(end) = end {
        clean::cut(&mut text, end);
    }
    text
}
