//! HTML that comes from a notification's content.

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::text::text_of_plain;
use super::tokens::{Token, Tokens};
use crate::limits::MAX_ELEMENT_DEPTH;

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::new();
    builder
        .url_schemes(["https", "http", "mailto", "tel"].into())
        .url_relative(UrlRelative::Deny)
        // A picture in a content reports to its server when it was read.
        .rm_tags(["img"])
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// The HTML without what could run, load or imitate something.
pub(crate) fn sanitised(html: &str) -> String {
    if is_too_deep(html) {
        return ammonia::clean_text(html);
    }
    SANITISER.clean(html).to_string()
}

/// The text of clean HTML.
pub(crate) fn plain_text(html: &str) -> String {
    text_of_plain(html)
}

/// Whether elements nest so deep that reading them would take long.
fn is_too_deep(html: &str) -> bool {
    let mut depth = 0_usize;
    for token in Tokens::of(html) {
        match token {
            Token::Open {
                is_closed: false, ..
            } => depth += 1,
            Token::Close { .. } => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 4 * MAX_ELEMENT_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::sanitised;

    #[test]
    fn only_harmless_html_is_left() {
        for (html, expected) in [
            ("<b>bold</b> <i>i</i>", "<b>bold</b> <i>i</i>"),
            ("<script>alert(1)</script>x", "x"),
            (
                "<p onclick=\"x\" style=\"position:fixed\">x</p>",
                "<p>x</p>",
            ),
            (
                "<a href=\"javascript:x\">x</a>",
                "<a rel=\"noopener noreferrer\">x</a>",
            ),
            ("<img src=\"https://tracker/x.gif\">", ""),
            ("<b>open", "<b>open</b>"),
            ("<svg><style><a title=\"</style><img onerror=x>\">", ""),
        ] {
            assert_eq!(sanitised(html), expected, "{html}");
        }
        assert!(sanitised(&"<b>".repeat(5_000)).starts_with("&lt;b"));
    }
}
