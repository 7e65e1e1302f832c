//! Characters that HTML writes as entities.

use std::borrow::Cow;

/// The named ones that mails use; others stay as they are.
const NAMED: [(&str, &str); 26] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("colon", ":"),
    ("Tab", "\t"),
    ("NewLine", "\n"),
    ("zwnj", ""),
    ("zwj", "\u{200d}"),
    ("shy", ""),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bull", "•"),
    ("middot", "·"),
    ("rarr", "→"),
    ("euro", "€"),
];

/// The text that HTML stands for.
pub(super) fn decoded(html: &str) -> Cow<'_, str> {
    if !html.contains('&') {
        return html.into();
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (decoded, length) = entity(rest);
        text.push_str(&decoded);
        rest = &rest[length..];
    }
    text.push_str(rest);
    text.into()
}

/// What an entity at the beginning stands for, and how long it is.
fn entity(text: &str) -> (Cow<'_, str>, usize) {
    let body = &text[1..];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '#';
    let end = body.find(|c: char| !is_part(c)).unwrap_or(body.len());
    let name = &body[..end];
    let length = 1 + end + usize::from(body[end..].starts_with(';'));
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        if let Some(c) = code.ok().and_then(char::from_u32) {
            return (Cow::Owned(c.into()), length);
        }
    } else if let Some((_, c)) = NAMED.iter().find(|(known, _)| *known == name) {
        return (Cow::Borrowed(c), length);
    }
    (Cow::Borrowed("&"), 1)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn entities_are_decoded_once() {
        for (html, expected) in [
            ("a &amp;lt; b", "a &lt; b"),
            ("&#106;ava&#x53;cript&colon;", "javaScript:"),
            ("&unknown; & &#xFFFFFFFF; &", "&unknown; & &#xFFFFFFFF; &"),
            ("&nbsp;&#39", "\u{a0}'"),
        ] {
            assert_eq!(decoded(html), expected);
        }
    }
}
