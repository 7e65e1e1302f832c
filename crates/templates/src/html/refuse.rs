//! HTML that has no place in a mail: found when a template is compiled, so that its editor can correct it.

use super::guard::{is_allowed, is_handler, is_link};
use super::tokens::{Token, Tokens, attributes};
use crate::fault::{Fault, FaultCode};
use crate::limits::{MAX_ATTRIBUTES, MAX_ELEMENT_DEPTH, MAX_FAULTS};
use crate::source::Flat;

/// Elements that mail clients remove, or that load or run something.
const REFUSED: [&str; 12] = [
    "applet",
    "base",
    "embed",
    "form",
    "frame",
    "iframe",
    "input",
    "link",
    "mj-include",
    "object",
    "script",
    "textarea",
];

/// Elements that are never closed.
const VOID: [&str; 13] = [
    "area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Finds what may not be in a mail. Tags of the template are read as text.
pub(crate) fn refuse(flat: &Flat<'_>, schemes: &[String]) -> Vec<Fault> {
    let html = with_tags_blanked(flat);
    let mut faults = Vec::new();
    let mut depth = 0_usize;
    let mut fault = |offset: usize, code, message: String| {
        if faults.len() < MAX_FAULTS {
            faults.push(flat.fault_at(offset, code, message));
        }
    };
    for token in Tokens::of(&html) {
        match token {
            Token::Open {
                name,
                attributes: within,
                range,
                is_closed,
            } => {
                let element = html[name.clone()].to_ascii_lowercase();
                if REFUSED.contains(&&*element) {
                    let message = format!("<{element}> is not allowed in a mail");
                    fault(range.start, FaultCode::BadHtml, message);
                }
                if has_mark(&html[name]) {
                    let message = "the name of an element cannot be a variable".into();
                    fault(range.start, FaultCode::BadHtml, message);
                }
                if !is_closed && !VOID.contains(&&*element) {
                    depth += 1;
                }
                if depth > MAX_ELEMENT_DEPTH {
                    let message = format!("elements may nest {MAX_ELEMENT_DEPTH} deep");
                    fault(range.start, FaultCode::TooComplex, message);
                    break;
                }
                if attributes(&html, within.clone())
                    .nth(MAX_ATTRIBUTES)
                    .is_some()
                {
                    let message = format!("an element may have {MAX_ATTRIBUTES} attributes");
                    fault(range.start, FaultCode::TooComplex, message);
                    break;
                }
                for attribute in attributes(&html, within) {
                    let name = &html[attribute.name.clone()];
                    let value = &html[attribute.value.clone()];
                    let start = attribute.whole.start;
                    if has_mark(name) {
                        let message = "within an element's tag, a template's tags may be in quoted values only".into();
                        fault(start, FaultCode::BadHtml, message);
                    } else if is_handler(name)
                        || name.eq_ignore_ascii_case("http-equiv")
                            && value.eq_ignore_ascii_case("refresh")
                    {
                        let message = format!("the attribute {name} is not allowed in a mail");
                        fault(start, FaultCode::BadHtml, message);
                    } else if has_mark(value) && !attribute.is_quoted {
                        let message = "a value in an attribute needs quotes around it".into();
                        fault(attribute.value.start, FaultCode::BadHtml, message);
                    } else if is_link(name) && !is_allowed(before_mark(value), schemes) {
                        let message = "a link begins with https, http, mailto or tel, or a scheme of the tenant".into();
                        fault(attribute.value.start, FaultCode::BadLink, message);
                    }
                }
            }
            Token::Close { name, range } => {
                if has_mark(&html[name]) {
                    let message = "the name of an element cannot be a variable".into();
                    fault(range.start, FaultCode::BadHtml, message);
                }
                depth = depth.saturating_sub(1);
            }
            Token::Text {
                range,
                is_raw: true,
            } => {
                let before = &html[..range.start];
                let is_style = before
                    .rfind('<')
                    .is_some_and(|at| before[at..].to_ascii_lowercase().contains("style"));
                let text = &html[range.clone()];
                if is_style && has_mark(text) {
                    let message = "a style sheet has no variables: use a style attribute".into();
                    fault(range.start, FaultCode::BadHtml, message);
                }
                if is_style && text.to_ascii_lowercase().contains("@import") {
                    let message = "a style sheet cannot import another: write its rules out".into();
                    fault(range.start, FaultCode::BadHtml, message);
                }
            }
            Token::Text { range, .. } => {
                // A browser reads an element there whose name is the value.
                if let Some(at) = html[range.clone()].find(ELEMENT_OF_A_VALUE) {
                    let message = "the name of an element cannot be a variable".into();
                    fault(range.start + at, FaultCode::BadHtml, message);
                }
            }
            Token::Comment { .. } => {}
        }
    }
    faults
}

/// The scheme of a link can be judged if it is written out.
fn before_mark(value: &str) -> &str {
    match value.split_once(MARK) {
        Some((before, _)) if before.contains(':') => before,
        Some(_) => "",
        None => value,
    }
}

/// The text with each tag replaced by as many bytes that no source contains, so that offsets stay.
fn with_tags_blanked(flat: &Flat<'_>) -> String {
    let mut html = String::new();
    for unit in &flat.units {
        if unit.is_tag {
            html.extend(std::iter::repeat_n(MARK, unit.text.len()));
        } else {
            html.push_str(&unit.text);
        }
    }
    html
}

/// Stands for a byte of a template's tag.
const MARK: char = '\0';
const ELEMENT_OF_A_VALUE: &str = "<\0";

fn has_mark(html: &str) -> bool {
    html.contains(MARK)
}
