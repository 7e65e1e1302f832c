//! Reads HTML as a sequence of tags, texts and comments, in one pass and without building a tree.

use std::ops::Range;

/// A piece of HTML; ranges are offsets in the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Text. Whether it is the inside of an element whose text has no tags, such as `style`.
    Text { range: Range<usize>, is_raw: bool },
    Open {
        name: Range<usize>,
        attributes: Range<usize>,
        range: Range<usize>,
        is_closed: bool,
    },
    Close {
        name: Range<usize>,
        range: Range<usize>,
    },
    /// A comment, a doctype or another declaration.
    Comment { range: Range<usize> },
}

/// Elements whose text has no tags.
const RAW: [&str; 5] = ["script", "style", "textarea", "title", "mj-style"];

/// Reads HTML piece by piece.
pub(super) struct Tokens<'h> {
    html: &'h str,
    at: usize,
    /// The raw element that is open.
    raw: Option<Range<usize>>,
}

impl<'h> Tokens<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Self {
            html,
            at: 0,
            raw: None,
        }
    }

    fn offset_of(&self, from: usize, what: &str) -> usize {
        // A text may begin with a character of several bytes.
        let from = self.html.ceil_char_boundary(from);
        let rest = &self.html[from..];
        rest.find(what).map_or(self.html.len(), |at| from + at)
    }

    /// The text of a raw element, up to what closes it.
    fn raw_text(&mut self, name: &str) -> Token {
        let start = self.at;
        let mut at = start;
        loop {
            at = self.offset_of(at, "</");
            let after = self.html.as_bytes().get(at + 2..).unwrap_or_default();
            let is_end = at == self.html.len()
                || after
                    .get(..name.len())
                    .is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()));
            if is_end {
                self.at = at;
                self.raw = None;
                return Token::Text {
                    range: start..at,
                    is_raw: true,
                };
            }
            at += 2;
        }
    }

    fn tag(&mut self) -> Token {
        let bytes = self.html.as_bytes();
        let start = self.at;
        let is_close = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(is_close);
        let mut at = name_start;
        while at < bytes.len()
            && !bytes[at].is_ascii_whitespace()
            && !matches!(bytes[at], b'>' | b'/')
        {
            at += 1;
        }
        let name = name_start..at;
        // To the end of the tag; marks within quotes do not end it.
        let mut quote = None;
        while at < bytes.len() {
            match (quote, bytes[at]) {
                (None, b'>') => break,
                (None, mark @ (b'"' | b'\''))
                    if bytes[at - 1] == b'=' || is_after_equals(bytes, at) =>
                {
                    quote = Some(mark);
                }
                (Some(open), mark) if open == mark => quote = None,
                _ => {}
            }
            at += 1;
        }
        let end = (at + 1).min(bytes.len());
        self.at = end;
        if is_close {
            return Token::Close {
                name,
                range: start..end,
            };
        }
        let is_closed = at > name.end && bytes[at - 1] == b'/';
        let attributes = name.end..at - usize::from(is_closed);
        let is_raw = RAW
            .iter()
            .any(|raw| raw.eq_ignore_ascii_case(&self.html[name.clone()]));
        if is_raw && !is_closed {
            self.raw = Some(name.clone());
        }
        Token::Open {
            name,
            attributes,
            range: start..end,
            is_closed,
        }
    }
}

fn is_after_equals(bytes: &[u8], at: usize) -> bool {
    bytes[..at]
        .iter()
        .rev()
        .find(|byte| !byte.is_ascii_whitespace())
        == Some(&b'=')
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if let Some(name) = self.raw.clone() {
            let name = self.html[name].to_owned();
            return Some(self.raw_text(&name));
        }
        let bytes = self.html.as_bytes();
        let start = self.at;
        let first = *bytes.get(start)?;
        let second = bytes.get(start + 1).copied().unwrap_or_default();
        if first == b'<' && (second.is_ascii_alphabetic() || second == b'/') {
            return Some(self.tag());
        }
        if first == b'<' && (second == b'!' || second == b'?') {
            let is_comment = self.html[start..].starts_with("<!--");
            let close = if is_comment { "-->" } else { ">" };
            let from = if is_comment { start + 4 } else { start + 2 };
            self.at = (self.offset_of(from, close) + close.len()).min(bytes.len());
            return Some(Token::Comment {
                range: start..self.at,
            });
        }
        let mut end = self.offset_of(start + 1, "<");
        while end < bytes.len() {
            let next = bytes.get(end + 1).copied().unwrap_or_default();
            if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?') {
                break;
            }
            end = self.offset_of(end + 1, "<");
        }
        self.at = end;
        Some(Token::Text {
            range: start..end,
            is_raw: false,
        })
    }
}

/// An attribute; ranges are offsets in the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) whole: Range<usize>,
    pub(super) is_quoted: bool,
}

/// The attributes of a tag.
pub(super) fn attributes(html: &str, within: Range<usize>) -> impl Iterator<Item = Attribute> {
    let bytes = html.as_bytes();
    let end = within.end;
    let mut at = within.start;
    std::iter::from_fn(move || {
        while at < end && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        if at >= end {
            return None;
        }
        let start = at;
        at += 1;
        while at < end && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'=' | b'/') {
            at += 1;
        }
        let name = start..at;
        let mut next = at;
        while next < end && bytes[next].is_ascii_whitespace() {
            next += 1;
        }
        if bytes.get(next) != Some(&b'=') || next >= end {
            return Some(Attribute {
                name,
                value: at..at,
                whole: start..at,
                is_quoted: true,
            });
        }
        at = next + 1;
        while at < end && bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let quote = bytes
            .get(at)
            .copied()
            .filter(|byte| at < end && matches!(byte, b'"' | b'\''));
        let value = if let Some(quote) = quote {
            let value_start = at + 1;
            at = value_start;
            while at < end && bytes[at] != quote {
                at += 1;
            }
            let value = value_start..at;
            at = (at + 1).min(end);
            value
        } else {
            let value_start = at;
            while at < end && !bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            value_start..at
        };
        Some(Attribute {
            name,
            value,
            whole: start..at,
            is_quoted: quote.is_some(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<String> {
        Tokens::of(html)
            .map(|token| match token {
                Token::Text { range, is_raw } => {
                    format!("{}{}", if is_raw { "r:" } else { "t:" }, &html[range])
                }
                Token::Open {
                    name,
                    attributes: within,
                    is_closed,
                    ..
                } => {
                    let attributes: Vec<_> = attributes(html, within)
                        .map(|one| format!("{}={}", &html[one.name], &html[one.value]))
                        .collect();
                    format!(
                        "<{}{} {}",
                        &html[name],
                        if is_closed { "/" } else { "" },
                        attributes.join(",")
                    )
                }
                Token::Close { name, .. } => format!("/{}", &html[name]),
                Token::Comment { .. } => "!".into(),
            })
            .collect()
    }

    #[test]
    fn html_is_read_as_it_is_written() {
        let html = r#"<!DOCTYPE html><a href="x>y" B='1' c=d/e hidden>1 < 2</a><br/><style>a > b </p></style><!-- <b> -->"#;
        let expected = [
            "!",
            "<a href=x>y,B=1,c=d/e,hidden=",
            "t:1 < 2",
            "/a",
            "<br/ ",
            "<style ",
            "r:a > b </p>",
            "/style",
            "!",
        ];
        assert_eq!(read(html), expected);
    }

    #[test]
    fn broken_html_ends() {
        for html in [
            "<",
            "<a",
            "<a href=\"",
            "<!--",
            "<style>",
            "</",
            "<a =\"\"=>",
            "a<b",
            "<title></titl",
        ] {
            assert!(read(html).len() < 5, "{html}");
        }
    }
}
