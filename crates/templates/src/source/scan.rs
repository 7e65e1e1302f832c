//! Separates the tags of a source from the text between them.
//!
//! It only says where tags are. What they mean, and whether they may be there, is read from minijinja's own parse of
//! the finished text, so that nothing depends on both agreeing.

use std::ops::Range;

use crate::fault::FaultCode;
use crate::limits::MAX_TOKENS_IN_TAG;

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) kind: TagKind,
    pub(crate) range: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagKind {
    /// Text between tags.
    Text,
    /// `{{ … }}`.
    Output,
    /// `{% … %}`.
    Block,
    /// `{# … #}`.
    Comment,
    /// `{% raw %} … {% endraw %}`.
    Raw,
}

/// Where and why a source cannot be read.
pub(crate) type ScanFault = (usize, FaultCode, String);

/// Separates a source.
pub(crate) fn scan(source: &str) -> Result<Vec<Tag>, ScanFault> {
    let mut tags = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let Some(start) = next_tag(source, at) else {
            tags.push(Tag {
                kind: TagKind::Text,
                range: at..source.len(),
            });
            break;
        };
        if start > at {
            tags.push(Tag {
                kind: TagKind::Text,
                range: at..start,
            });
        }
        let (kind, end) = tag_at(source, start)?;
        tags.push(Tag {
            kind,
            range: start..end,
        });
        at = end;
    }
    Ok(tags)
}

fn next_tag(source: &str, from: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .find(|&at| bytes[at] == b'{' && matches!(bytes[at + 1], b'{' | b'%' | b'#'))
}

fn tag_at(source: &str, start: usize) -> Result<(TagKind, usize), ScanFault> {
    let unclosed = |what: &str| {
        let message = format!("this {what} is never closed");
        (start, FaultCode::Syntax, message)
    };
    match source.as_bytes()[start + 1] {
        b'#' => match source[start..].find("#}") {
            Some(at) => Ok((TagKind::Comment, start + at + 2)),
            None => Err(unclosed("comment")),
        },
        b'{' => match close(source, start, "}}")? {
            Some(end) => Ok((TagKind::Output, end)),
            None => Err(unclosed("expression")),
        },
        _ => {
            let end = close(source, start, "%}")?.ok_or_else(|| unclosed("tag"))?;
            if keyword(&source[start..end]) != "raw" {
                return Ok((TagKind::Block, end));
            }
            let mut at = end;
            while let Some(found) = source[at..].find("{%") {
                let start_of_end = at + found;
                let Some(close) = source[start_of_end..].find("%}") else {
                    break;
                };
                let end = start_of_end + close + 2;
                if keyword(&source[start_of_end..end]) == "endraw" {
                    return Ok((TagKind::Raw, end));
                }
                at = start_of_end + 2;
            }
            Err(unclosed("raw block"))
        }
    }
}

/// The end of a tag, after its closing marks; marks within strings do not close it.
fn close(source: &str, start: usize, marks: &str) -> Result<Option<usize>, ScanFault> {
    let bytes = source.as_bytes();
    let mut at = start + 2;
    let (mut tokens, mut in_word) = (0, false);
    while at < bytes.len() {
        if bytes[at..].starts_with(marks.as_bytes()) {
            return Ok(Some(at + 2));
        }
        let byte = bytes[at];
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        if !(is_word && in_word || byte.is_ascii_whitespace()) {
            tokens += 1;
        }
        in_word = is_word;
        if tokens > MAX_TOKENS_IN_TAG {
            let message = format!("a tag may have {MAX_TOKENS_IN_TAG} words and operators");
            return Err((start, FaultCode::TooComplex, message));
        }
        at += 1;
        if byte == b'"' || byte == b'\'' {
            while at < bytes.len() && bytes[at] != byte {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at += 1;
        }
    }
    Ok(None)
}

/// The inside of a tag, without its marks and what controls blanks.
pub(crate) fn inside(tag: &str) -> &str {
    let inside = tag.get(2..tag.len().saturating_sub(2)).unwrap_or_default();
    let inside = inside.strip_prefix(['-', '+']).unwrap_or(inside);
    inside.strip_suffix(['-', '+']).unwrap_or(inside).trim()
}

/// The first word of a tag.
pub(crate) fn keyword(tag: &str) -> &str {
    let inside = inside(tag);
    let end = inside.find(|c: char| !c.is_alphanumeric() && c != '_');
    &inside[..end.unwrap_or(inside.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_and_strings_skipped() {
        let source = "a{{ '}}' }}{% if x -%}{# {{ #}{% raw %}{{ x }}{% endraw %}{b";
        let found: Vec<_> = scan(source)
            .expect("it can be read")
            .into_iter()
            .map(|tag| (tag.kind, &source[tag.range]))
            .collect();
        let expected = [
            (TagKind::Text, "a"),
            (TagKind::Output, "{{ '}}' }}"),
            (TagKind::Block, "{% if x -%}"),
            (TagKind::Comment, "{# {{ #}"),
            (TagKind::Raw, "{% raw %}{{ x }}{% endraw %}"),
            (TagKind::Text, "{b"),
        ];
        assert_eq!(found, expected);
        assert_eq!(keyword("{%- include \"x\" +%}"), "include");
        assert_eq!(inside("{%-include \"x\"-%}"), "include \"x\"");
    }

    #[test]
    fn what_is_never_closed_is_a_fault_where_it_begins() {
        for source in [
            "ab{{ x",
            "ab{% if",
            "ab{# x",
            "ab{{ '}}",
            "ab{% raw %}{% endra %}",
            "ab{{ \"\\",
        ] {
            assert_eq!(scan(source).expect_err(source).0, 2, "{source}");
        }
        let long = format!("{{{{ 1{} }}}}", "+1".repeat(100));
        assert_eq!(scan(&long).expect_err("too long").1, FaultCode::TooComplex);
    }
}
