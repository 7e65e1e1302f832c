//! The links of a page that has been rendered, and what runs scripts in it.
//!
//! Values are escaped, so none of them ends an attribute or begins a tag; but a value may be a link, and an attribute
//! without quotes may become several. So the page is read once more as a browser reads it.

use std::borrow::Cow;

use super::entities::decoded;
use super::tokens::{Token, Tokens, attributes};

/// Attributes whose value is loaded or opened.
const LINKS: [&str; 9] = [
    "action",
    "background",
    "cite",
    "formaction",
    "href",
    "longdesc",
    "poster",
    "src",
    "xlink:href",
];

/// Schemes that every mail client knows what to do with; `cid` is a picture within the mail.
const SCHEMES: [&str; 5] = ["https", "http", "mailto", "tel", "cid"];

/// The page with each link that is not allowed replaced by `#`, and without attributes that run scripts.
pub(crate) fn guarded<'h>(html: &'h str, schemes: &[String]) -> Cow<'h, str> {
    let mut changes = Vec::new();
    for token in Tokens::of(html) {
        let Token::Open {
            attributes: within, ..
        } = token
        else {
            continue;
        };
        if within.is_empty() {
            continue;
        }
        for attribute in attributes(html, within) {
            let name = &html[attribute.name.clone()];
            if is_handler(name) {
                changes.push((attribute.whole, ""));
            } else if is_link(name) && !is_allowed(&html[attribute.value.clone()], schemes) {
                changes.push((attribute.value, "#"));
            }
        }
    }
    if changes.is_empty() {
        return html.into();
    }
    let mut guarded = String::with_capacity(html.len());
    let mut from = 0;
    for (range, instead) in changes {
        guarded.push_str(&html[from..range.start]);
        guarded.push_str(instead);
        from = range.end;
    }
    guarded.push_str(&html[from..]);
    guarded.into()
}

/// Whether an attribute runs a script when something happens.
pub(super) fn is_handler(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() > 2 && bytes[..2].eq_ignore_ascii_case(b"on") && bytes[2].is_ascii_alphabetic()
}

/// Whether an attribute is a link.
pub(super) fn is_link(name: &str) -> bool {
    LINKS.iter().any(|link| link.eq_ignore_ascii_case(name))
}

/// Whether a link, as HTML writes it, may be in a page.
pub(super) fn is_allowed(html: &str, schemes: &[String]) -> bool {
    // Nearly all begin so, and need no decoding.
    if html.starts_with("https://") || html.starts_with('#') || html.is_empty() {
        return true;
    }
    let link = decoded(html);
    match scheme(&link) {
        Some(scheme) => {
            SCHEMES.contains(&&*scheme)
                || schemes
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&scheme))
        }
        None => true,
    }
}

/// Whether a link may be opened from an inbox or a push: https, or a scheme that the tenant allows.
pub(crate) fn is_allowed_link(link: &str, schemes: &[String]) -> bool {
    let is_clean = !link.chars().any(|c| c.is_whitespace() || c.is_control());
    let scheme = scheme(link).filter(|_| is_clean);
    scheme.is_some_and(|scheme| {
        scheme == "https"
            || schemes
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&scheme))
    })
}

/// The scheme of a link as browsers read it: blanks and control characters do not count.
fn scheme(link: &str) -> Option<String> {
    let mut scheme = String::new();
    for c in link.chars() {
        match c {
            ':' => return Some(scheme),
            '/' | '?' | '#' => return None,
            c if c.is_whitespace() || c.is_control() => {}
            c => scheme.extend(c.to_lowercase()),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_run_something_lead_nowhere() {
        let schemes = ["campanile".to_owned()];
        for (html, expected) in [
            ("<a href=\"https://x/?a=1\">", None),
            (
                "<a href=\"mailto:a@b\"><a href='TEL:1'><a href=x/y:z><img src=cid:1>",
                None,
            ),
            ("<a href=\"campanile://room/1\">", None),
            ("<a href=\"javascript:alert(1)\">", Some("<a href=\"#\">")),
            (
                "<a href=\" jAva\tscript&colon;alert(1)\">",
                Some("<a href=\"#\">"),
            ),
            ("<a HREF='&#106;avascript:1'>", Some("<a HREF='#'>")),
            (
                "<img src=data:text/html,x alt=y>",
                Some("<img src=# alt=y>"),
            ),
            ("<a href=x onclick=alert(1) b=2>", Some("<a href=x  b=2>")),
            (
                "<td background=\"vbscript:x\">",
                Some("<td background=\"#\">"),
            ),
            ("ü<a href='javascript:1'>", Some("ü<a href='#'>")),
            ("<p>javascript:alert(1) onclick=1</p>", None),
            ("<!-- <a href=\"javascript:1\"> -->", None),
        ] {
            let guarded = guarded(html, &schemes);
            assert_eq!(guarded, expected.unwrap_or(html));
            assert_eq!(
                matches!(guarded, Cow::Borrowed(_)),
                expected.is_none(),
                "{html}"
            );
        }
    }

    #[test]
    fn links_to_open_are_https_or_the_tenants() {
        let schemes = ["app".to_owned()];
        for (link, expected) in [
            ("https://x", true),
            ("app://x", true),
            ("APP:x", true),
            ("http://x", false),
            ("javascript:1", false),
            ("/x", false),
            ("", false),
            ("https://x y", false),
            ("https://x\r\ny", false),
        ] {
            assert_eq!(is_allowed_link(link, &schemes), expected, "{link}");
        }
    }
}
