//! The parts of a multipart mail.
//!
//! Only the outermost parts are looked at, so however deep a hostile mail is nested, reading it takes no deeper stack.

use mail_parser::{Message, MessageParser};

/// Parts of a report at most; there are three.
const MOST_PARTS: usize = 8;

/// A part with its own headers.
pub(super) struct Part<'m> {
    headers: Option<Message<'m>>,
    whole: &'m [u8],
    /// What comes after the headers, as it was sent.
    pub(super) body: &'m [u8],
}

impl<'m> Part<'m> {
    fn new(whole: &'m [u8]) -> Self {
        let (head, body) = split_headers(whole);
        Self {
            headers: headers(head),
            whole,
            body,
        }
    }

    /// Type and subtype, in lower case.
    pub(super) fn kind(&self) -> (&str, &str) {
        let headers = self.headers.as_ref();
        let kind = headers.and_then(|headers| headers.header("Content-Type")?.as_content_type());
        kind.map_or(("text", "plain"), |kind| {
            (kind.ctype(), kind.subtype().unwrap_or_default())
        })
    }

    /// The body without its transfer encoding; for parts that are neither multipart nor a mail.
    pub(super) fn decoded(&self) -> Vec<u8> {
        let part = MessageParser::default().parse(self.whole);
        let part = part.as_ref().and_then(|part| part.parts.first());
        part.map_or_else(Vec::new, |part| part.contents().to_vec())
    }
}

/// The outermost parts of a multipart mail; none of any other mail.
pub(super) fn parts(mail: &[u8]) -> Vec<Part<'_>> {
    let (head, body) = split_headers(mail);
    let Some(root) = headers(head) else {
        return Vec::new();
    };
    let kind = root
        .header("Content-Type")
        .and_then(|kind| kind.as_content_type());
    let boundary = kind
        .filter(|kind| kind.ctype() == "multipart")
        .and_then(|kind| kind.attribute("boundary"));
    match boundary {
        Some(boundary) if !boundary.is_empty() => split(body, boundary.as_bytes()),
        _ => Vec::new(),
    }
}

/// Headers alone, without looking at what follows.
pub(super) fn headers(text: &[u8]) -> Option<Message<'_>> {
    MessageParser::default().parse_headers(text)
}

/// Headers and body, parted by the first empty line.
pub(super) fn split_headers(text: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    text.split_at(at)
}

fn split<'m>(body: &'m [u8], boundary: &[u8]) -> Vec<Part<'m>> {
    let mut parts = Vec::new();
    let (mut at, mut begin) = (0, None);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let delimiter = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
            .map(<[u8]>::trim_ascii_end)
            .filter(|rest| rest.is_empty() || *rest == b"--");
        if let Some(rest) = delimiter {
            if let Some(begin) = begin.take() {
                parts.push(Part::new(&body[begin..at]));
            }
            if rest == b"--" || parts.len() == MOST_PARTS {
                return parts;
            }
            begin = Some(at + line.len());
        }
        at += line.len();
    }
    // A mail that was cut off has no last delimiter.
    if let Some(begin) = begin {
        parts.push(Part::new(&body[begin..]));
    }
    parts
}
