//! Hides a template's tags from those who read HTML, and puts them back.
//!
//! Styles are inlined and MJML is rendered by code that knows no templates, and moves what may not be where it is: text
//! between the rows of a table, for instance. So each tag becomes a comment, which may be anywhere, or, within a tag of
//! HTML or an element without tags, a few characters that are used for nothing else.

use super::tokens::{Token, Tokens};
use crate::source::{Flat, Unit};

// MJML's renderer escapes what cannot be printed, so these can be.
const OPEN: char = '\u{27c5}';
const CLOSE: char = '\u{27c6}';

/// HTML in which tags are hidden.
#[derive(Debug)]
pub(crate) struct Masked {
    pub(crate) html: String,
    pub(super) tags: Vec<Unit>,
}

impl Masked {
    /// Hides the tags of a text.
    pub(crate) fn of(flat: &Flat<'_>) -> Self {
        let mut masked = Self {
            html: String::new(),
            tags: Vec::new(),
        };
        for unit in &flat.units {
            if unit.is_tag {
                let mark = masked.hide(unit.clone());
                masked.html.push_str(&mark);
            } else {
                masked.html.push_str(&unit.text);
            }
        }
        masked.html = Self::commented(&masked.html);
        masked
    }

    /// Hides one tag more: a mark to write into HTML.
    pub(super) fn hide(&mut self, unit: Unit) -> String {
        self.tags.push(unit);
        format!("{OPEN}{}{CLOSE}", self.tags.len() - 1)
    }

    /// A mark for an expression of ours.
    pub(super) fn expression(&mut self, text: &str) -> String {
        self.hide(Unit {
            file: 0,
            offset: 0,
            text: text.into(),
            is_tag: true,
        })
    }

    /// Makes marks between HTML's tags comments.
    pub(super) fn commented(marked: &str) -> String {
        let mut html = String::with_capacity(marked.len() * 2);
        for token in Tokens::of(marked) {
            match token {
                Token::Text {
                    range,
                    is_raw: false,
                } => {
                    let text = &marked[range];
                    if text.contains(OPEN) {
                        let text = text
                            .replace(OPEN, &format!("<!--{OPEN}"))
                            .replace(CLOSE, &format!("{CLOSE}-->"));
                        html.push_str(&text);
                    } else {
                        html.push_str(text);
                    }
                }
                Token::Text { range, .. }
                | Token::Open { range, .. }
                | Token::Close { range, .. }
                | Token::Comment { range } => html.push_str(&marked[range]),
            }
        }
        html
    }

    /// Puts the tags back.
    pub(crate) fn revealed(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut rest = &*self.html;
        while let Some((before, at, after)) = next_mark(rest) {
            push_text(&mut units, before);
            units.extend(self.tags.get(at).cloned());
            rest = after;
        }
        push_text(&mut units, rest);
        units
    }
}

/// The text before the next mark, the number of the mark, and what follows it. A mark and the comment around it go
/// together.
pub(super) fn next_mark(html: &str) -> Option<(&str, usize, &str)> {
    let start = html.find(OPEN)?;
    let length = html[start..].find(CLOSE)?;
    let number = html[start + OPEN.len_utf8()..start + length].parse().ok()?;
    let (before, after) = (&html[..start], &html[start + length + CLOSE.len_utf8()..]);
    for (open, close) in [("<!--", "-->"), ("&lt;!--", "--&gt;")] {
        if let (Some(before), Some(after)) = (before.strip_suffix(open), after.strip_prefix(close))
        {
            return Some((before, number, after));
        }
    }
    Some((before, number, after))
}

/// Whether a comment is a mark and nothing else.
pub(super) fn is_mark(comment: &str) -> bool {
    let inside = comment
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"));
    inside.is_some_and(|inside| {
        inside.starts_with(OPEN) && inside.find(CLOSE) == Some(inside.len() - CLOSE.len_utf8())
    })
}

fn push_text(units: &mut Vec<Unit>, text: &str) {
    if !text.is_empty() {
        units.push(Unit {
            file: 0,
            offset: 0,
            text: text.into(),
            is_tag: false,
        });
    }
}
