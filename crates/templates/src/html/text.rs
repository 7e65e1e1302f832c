//! The text part of a mail that has only a page.
//!
//! It is made of the page's source, once, with the template's tags where they were: so it costs no more at run time than
//! a text that was written.

use super::entities::decoded;
use super::mask::{Masked, is_mark, next_mark};
use super::tokens::{Token, Tokens, attributes};
use crate::source::Unit;

/// Elements that begin a line.
const LINES: [&str; 14] = [
    "address", "br", "dd", "div", "dt", "footer", "header", "li", "section", "table", "td", "tr",
    "ul", "ol",
];
/// Elements with an empty line around them.
const PARAGRAPHS: [&str; 9] = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p"];
/// Elements that show nothing.
const HIDDEN: [&str; 4] = ["head", "script", "style", "title"];

/// The source of the text part for a page.
pub(crate) fn text_of(page: &Masked) -> Vec<Unit> {
    let text = convert(&page.html);
    let mut units = Vec::new();
    let mut rest = &*text;
    while let Some((before, at, after)) = next_mark(rest) {
        push(&mut units, before, false);
        units.extend(page.tags.get(at).cloned());
        rest = after;
    }
    push(&mut units, rest, false);
    units
}

/// Text between tags; what looks like a tag of a template is no tag.
fn push(units: &mut Vec<Unit>, text: &str, is_tag: bool) {
    if text.is_empty() {
        return;
    }
    let text = if is_tag {
        text.to_owned()
    } else {
        text.replace('{', "{{ '{' }}")
    };
    units.push(Unit {
        file: 0,
        offset: 0,
        text,
        is_tag: true,
    });
}

/// The text of HTML without tags of a template.
pub(super) fn text_of_plain(html: &str) -> String {
    convert(html).trim().to_owned()
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Line breaks that come before the next word.
    breaks: usize,
    space: bool,
}

impl Writer {
    fn words(&mut self, html: &str) {
        let text = decoded(html);
        if text.starts_with(char::is_whitespace) {
            self.space = true;
        }
        for word in text.split_whitespace() {
            self.raw(word);
            self.space = true;
        }
        self.space = text.ends_with(char::is_whitespace) || text.is_empty() && self.space;
    }

    fn raw(&mut self, word: &str) {
        if !self.text.is_empty() {
            if self.breaks > 0 {
                self.text.extend(std::iter::repeat_n('\n', self.breaks));
            } else if self.space {
                self.text.push(' ');
            }
        }
        (self.breaks, self.space) = (0, false);
        self.text.push_str(word);
    }

    fn line(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }
}

fn convert(html: &str) -> String {
    let mut writer = Writer::default();
    let mut hidden = 0_usize;
    let mut links: Vec<Option<String>> = Vec::new();
    for token in Tokens::of(html) {
        match token {
            Token::Text { range, .. } if hidden == 0 => writer.words(&html[range]),
            // A mark of a template's tag is there, whatever it shows.
            Token::Comment { range } if hidden == 0 && is_mark(&html[range.clone()]) => {
                writer.raw(&html[range]);
            }
            Token::Text { .. } | Token::Comment { .. } => {}
            Token::Open {
                name,
                attributes: within,
                is_closed,
                ..
            } => {
                let element = html[name].to_ascii_lowercase();
                if HIDDEN.contains(&&*element) && !is_closed {
                    hidden += 1;
                }
                if hidden > 0 {
                    continue;
                }
                begin(&mut writer, &element);
                let value = |wanted: &str| {
                    attributes(html, within.clone())
                        .find(|one| html[one.name.clone()].eq_ignore_ascii_case(wanted))
                        .map(|one| decoded(&html[one.value]).into_owned())
                };
                match &*element {
                    "a" => links.push(value("href")),
                    "img" => {
                        if let Some(alt) = value("alt").filter(|alt| !alt.is_empty()) {
                            writer.words(&alt);
                        }
                    }
                    _ => {}
                }
            }
            Token::Close { name, .. } => {
                let element = html[name].to_ascii_lowercase();
                if HIDDEN.contains(&&*element) {
                    hidden = hidden.saturating_sub(1);
                }
                if element == "a"
                    && let Some(Some(link)) = links.pop()
                {
                    end_link(&mut writer, &link);
                }
                end(&mut writer, &element);
            }
        }
    }
    writer.text
}

fn begin(writer: &mut Writer, element: &str) {
    if PARAGRAPHS.contains(&element) {
        writer.line(2);
    } else if LINES.contains(&element) {
        writer.line(1);
    }
    if element == "li" {
        writer.raw("-");
        writer.space = true;
    }
}

fn end(writer: &mut Writer, element: &str) {
    if PARAGRAPHS.contains(&element) {
        writer.line(2);
    } else if LINES.contains(&element) && element != "br" {
        writer.line(1);
    }
}

/// Where a link leads, unless its text says it.
fn end_link(writer: &mut Writer, link: &str) {
    let link = link.trim();
    let is_shown = writer.text.ends_with(link)
        || link
            .strip_prefix("mailto:")
            .is_some_and(|mail| writer.text.ends_with(mail));
    if !link.is_empty() && !link.starts_with('#') && !is_shown {
        writer.space = true;
        writer.raw(&format!("({link})"));
    }
}

#[cfg(test)]
mod tests {
    use super::text_of_plain;

    #[test]
    fn a_page_reads_as_text() {
        let html = "<head><title>no</title><style>p { }</style></head><h1>Hello &amp; <b>wel</b>come</h1>\n<p>One\n two<br>three \
            <a href=\"https://x/?a=1&amp;b=2\">open</a>.</p><ul><li>a</li><li>b</li></ul><img alt=\"Logo\" src=x><!-- no -->";
        let expected =
            "Hello & welcome\n\nOne two\nthree open (https://x/?a=1&b=2).\n\n- a\n- b\nLogo";
        assert_eq!(text_of_plain(html), expected);
        assert_eq!(
            text_of_plain("<a href=\"https://x\">https://x</a>"),
            "https://x"
        );
        assert_eq!(text_of_plain(""), "");
    }
}
