//! MJML becomes HTML when a template is compiled.

use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;

use super::mask::{Masked, is_mark};
use super::tokens::{Token, Tokens};

/// Elements with text or HTML in them, where a mark may be as it is.
const WITH_TEXT: [&str; 15] = [
    "mj-accordion-text",
    "mj-accordion-title",
    "mj-attributes",
    "mj-button",
    "mj-navbar-link",
    "mj-preview",
    "mj-raw",
    "mj-social-element",
    "mj-style",
    "mj-table",
    "mj-text",
    "mj-title",
    "mj-font",
    "mj-image",
    "mj-html-attributes",
];

/// Renders MJML to a page.
pub(crate) fn rendered(mut source: Masked) -> Result<Masked, String> {
    source.html = with_marks_in_raw(&source.html);
    let options = ParserOptions::default();
    let parsed =
        mrml::parse_with_options(&source.html, &options).map_err(|error| error.to_string())?;
    let rendering = RenderOptions {
        fonts: Default::default(),
        ..RenderOptions::default()
    };
    source.html = parsed
        .element
        .render(&rendering)
        .map_err(|error| error.to_string())?;
    Ok(source)
}

/// Between sections and columns, MJML keeps nothing but its own elements; what is in `mj-raw` stays.
fn with_marks_in_raw(mjml: &str) -> String {
    let mut wrapped = String::with_capacity(mjml.len() * 2);
    // How many open elements may have text.
    let mut with_text = 0_usize;
    for token in Tokens::of(mjml) {
        let range = match &token {
            Token::Text { range, .. } | Token::Comment { range } => range.clone(),
            Token::Open {
                name,
                range,
                is_closed,
                ..
            } => {
                if !is_closed && WITH_TEXT.contains(&&mjml[name.clone()]) {
                    with_text += 1;
                }
                range.clone()
            }
            Token::Close { name, range } => {
                if WITH_TEXT.contains(&&mjml[name.clone()]) {
                    with_text = with_text.saturating_sub(1);
                }
                range.clone()
            }
        };
        let is_ours = matches!(token, Token::Comment { .. }) && is_mark(&mjml[range.clone()]);
        if is_ours && with_text == 0 {
            wrapped.push_str("<mj-raw>");
            wrapped.push_str(&mjml[range]);
            wrapped.push_str("</mj-raw>");
        } else {
            wrapped.push_str(&mjml[range]);
        }
    }
    wrapped
}
