//! Makes a whole page of what an editor wrote.
//!
//! A page names its language and direction, tells clients that it suits dark mode, and begins with the hidden line that
//! mail lists show. A fragment is put into a card that looks like the built-in page's, with the tenant's brand.

use super::mask::Masked;
use super::tokens::{Token, Tokens, attributes};

/// The page around a fragment.
const CARD: &str = include_str!("card.html");
/// The hidden line; blanks follow it, so that no client fills the line up with what comes next.
const PREHEADER: &str = r#"{% if __preheader %}<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all;">{{ __preheader }}{% for _ in "01234567890123456789" %}&#847;&zwnj;&nbsp;{% endfor %}</div>{% endif %}"#;

/// Completes a page.
pub(crate) fn complete(mut page: Masked) -> Masked {
    let is_whole = Tokens::of(&page.html)
        .any(|token| matches!(token, Token::Open { name, .. } if page.html[name.clone()].eq_ignore_ascii_case("html")));
    if is_whole {
        completed(page)
    } else {
        let inside = std::mem::take(&mut page.html);
        page.html = marked(&mut page, CARD).replace("<!--inside-->", &inside);
        page
    }
}

/// A text of ours with its tags hidden.
fn marked(page: &mut Masked, text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = tag_start(rest) {
        let close = if rest.as_bytes()[start + 1] == b'{' {
            "}}"
        } else {
            "%}"
        };
        let Some(length) = rest[start..].find(close) else {
            break;
        };
        let end = start + length + close.len();
        html.push_str(&rest[..start]);
        let mark = page.expression(&rest[start..end]);
        html.push_str(&mark);
        rest = &rest[end..];
    }
    html.push_str(rest);
    Masked::commented(&html)
}

fn tag_start(text: &str) -> Option<usize> {
    [text.find("{{"), text.find("{%")]
        .into_iter()
        .flatten()
        .min()
}

/// Adds what a whole page lacks.
fn completed(mut page: Masked) -> Masked {
    let preheader = marked(&mut page, PREHEADER);
    let (lang, dir) = (
        page.expression("{{ __lang }}"),
        page.expression("{{ __dir }}"),
    );
    let title = page.expression("{{ __subject }}");
    let html = std::mem::take(&mut page.html);
    // What MJML leaves open.
    let html = html.replacen("<title></title>", &format!("<title>{title}</title>"), 1);
    let has = |wanted: &str| {
        Tokens::of(&html).any(|token| match token {
            Token::Open {
                name,
                attributes: within,
                ..
            } => {
                html[name.clone()].eq_ignore_ascii_case(wanted)
                    || html[name].eq_ignore_ascii_case("meta")
                        && attributes(&html, within)
                            .any(|one| html[one.value].eq_ignore_ascii_case(wanted))
            }
            _ => false,
        })
    };
    let mut head = String::new();
    for (wanted, addition) in [
        ("viewport", "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">".to_owned()),
        ("color-scheme", "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">".to_owned()),
        ("title", format!("<title>{title}</title>")),
    ] {
        if !has(wanted) {
            head.push_str(&addition);
        }
    }
    let has_head = has("head");
    let mut whole = String::with_capacity(html.len() + 1_024);
    for token in Tokens::of(&html) {
        let (Token::Text { range, .. }
        | Token::Comment { range }
        | Token::Open { range, .. }
        | Token::Close { range, .. }) = &token;
        let Token::Open {
            name,
            attributes: within,
            ..
        } = &token
        else {
            whole.push_str(&html[range.clone()]);
            continue;
        };
        let element = html[name.clone()].to_ascii_lowercase();
        match &*element {
            "html" => {
                whole.push_str("<html");
                let mut own = Vec::new();
                for attribute in attributes(&html, within.clone()) {
                    let name = html[attribute.name].to_ascii_lowercase();
                    // MJML writes these if nothing else is known.
                    if !matches!(
                        (&*name, &html[attribute.value]),
                        ("lang", "und") | ("dir", "auto")
                    ) {
                        whole.push(' ');
                        whole.push_str(&html[attribute.whole]);
                        own.push(name);
                    }
                }
                for (attribute, value) in [("lang", &lang), ("dir", &dir)] {
                    if !own.iter().any(|name| name == attribute) {
                        whole.push_str(&format!(" {attribute}=\"{value}\""));
                    }
                }
                whole.push('>');
                if !has_head {
                    whole.push_str(&format!("<head><meta charset=\"utf-8\">{head}</head>"));
                }
            }
            "head" => {
                whole.push_str(&html[range.clone()]);
                whole.push_str(&head);
            }
            "body" => {
                whole.push_str(&html[range.clone()]);
                whole.push_str(&preheader);
            }
            _ => whole.push_str(&html[range.clone()]),
        }
    }
    if !whole
        .trim_start()
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
    {
        whole.insert_str(0, "<!DOCTYPE html>\n");
    }
    page.html = whole;
    page
}
