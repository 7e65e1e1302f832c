//! The page of a mail: `mail.html`, filled in.

use std::sync::LazyLock;

use campanile_domain::{Action, ItemTexts, Link};
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
pub(super) fn page(
    title: &str,
    text: &str,
    item: &ItemTexts,
    language: Language,
) -> Option<String> {
    let text = fitting(text, room_beside(item));
    let lines: Vec<Value> = text.lines().map(Value::from).collect();
    let preview = clean::line(&text, PREVIEW_CHARS);
    let Words {
        open,
        email,
        why_mail,
        ..
    } = *Words::of(language);
    let (lang, dir) = (language.tag(), language.direction());
    let link = item.link.as_ref().map(Link::as_str);
    let action = |action: &Action| {
        let (title, link) = (action.title.as_str(), action.link.as_str());
        context! { title, link }
    };
    let actions: Vec<Value> = item.actions.iter().map(action).collect();
    PAGES
        .get_template(NAME)
        .and_then(|page| {
            page.render(context! {
                lang, dir, title, preview, lines, link, actions, open, email, why_mail
            })
        })
        .ok()
}

/// What link and actions leave to the text.
fn room_beside(item: &ItemTexts) -> usize {
    let actions = item.actions.iter();
    let links = item
        .link
        .iter()
        .chain(actions.clone().map(|action| &action.link));
    let links = links.map(|link| link.as_str());
    let texts = links.chain(actions.map(|action| action.title.as_str()));
    let taken: usize = texts.flat_map(str::chars).map(escaped).sum();
    MAX_ESCAPED_TEXT_BYTES.saturating_sub(taken)
}

/// What a character takes on the page: a quotation mark has six bytes there.
const fn escaped(c: char) -> usize {
    match c {
        '&' | '<' | '>' | '"' | '\'' | '/' => "&quot;".len(),
        '\n' => "<br>".len(),
        c => c.len_utf8(),
    }
}

/// As much of the text as the page has room for.
fn fitting(text: &str, mut room: usize) -> String {
    let end = text.char_indices().find_map(|(at, c)| {
        match room.checked_sub(escaped(c)) {
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
