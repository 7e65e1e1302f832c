//! Links of a finished mail that are to be counted, and the picture that tells that it was opened.

use std::borrow::Cow;
use std::ops::Range;

use super::tokens::{Token, Tokens, attributes};

/// Parts of links, in small letters, by which readers end something. They stay as they are, whoever made them.
const OPT_OUTS: [&str; 4] = ["unsubscribe", "optout", "opt-out", "opt_out"];

/// The value of `rel` by which an author leaves a link alone.
const NO_TRACK: &str = "notrack";

/// The page with `link` asked about each https link of an `a`, which gives what is to stand instead, and with a picture
/// that nobody sees at its end. Other links, such as those that unsubscribe or have `rel="notrack"`, and comments for old
/// programs stay as they are.
pub fn tracked(
    html: &str,
    picture: Option<&str>,
    mut link: impl FnMut(&str) -> Option<String>,
) -> String {
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut end_of_body = None;
    for token in Tokens::of(html) {
        match token {
            Token::Open {
                name,
                attributes: within,
                range,
                ..
            } if html[name.clone()].eq_ignore_ascii_case("a") => {
                // One that is cut off is no tag.
                if html[range].ends_with('>')
                    && let Some((place, target)) = target(html, within)
                    && let Some(instead) = link(&target)
                {
                    changes.push((place, escaped(&instead)));
                }
            }
            Token::Close { name, range } if html[name.clone()].eq_ignore_ascii_case("body") => {
                end_of_body = Some(range.start);
            }
            _ => {}
        }
    }
    if let Some(picture) = picture {
        let at = end_of_body.unwrap_or(html.len());
        // What stands behind the body's end cannot have links that count.
        let before = changes.iter().take_while(|(place, _)| place.start < at);
        let place = before.count();
        changes.insert(place, (at..at, image(picture)));
    }
    let added = changes.iter().map(|(_, instead)| instead.len());
    let mut page = String::with_capacity(html.len() + added.sum::<usize>());
    let mut from = 0;
    for (range, instead) in changes {
        page.push_str(&html[from..range.start]);
        page.push_str(&instead);
        from = range.end;
    }
    page.push_str(&html[from..]);
    page
}

/// Where the link of a tag stands, and what it opens; `None` where it is to stay.
fn target(html: &str, within: Range<usize>) -> Option<(Range<usize>, String)> {
    let mut place = None;
    for attribute in attributes(html, within) {
        let (name, value) = (&html[attribute.name], &html[attribute.value.clone()]);
        if name.eq_ignore_ascii_case("rel") {
            let mut tokens = value.split_ascii_whitespace();
            if tokens.any(|token| token.eq_ignore_ascii_case(NO_TRACK)) {
                return None;
            }
        }
        // Of several the first counts, as in browsers.
        if name.eq_ignore_ascii_case("href") && place.is_none() {
            place = Some(attribute.value);
        }
    }
    let place = place?;
    let link = plain(html[place.clone()].trim())?;
    let is_https = link
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    (is_https && !is_opt_out(&link)).then(|| (place, link.into_owned()))
}

fn is_opt_out(link: &str) -> bool {
    let small = link.to_ascii_lowercase();
    OPT_OUTS.iter().any(|part| small.contains(part))
}

/// The link that an attribute stands for; `None` if it has entities that programs read in different ways.
fn plain(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('&') {
        return Some(value.into());
    }
    let mut link = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        link.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '#';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        match (&rest[..end], rest[end..].chars().next()) {
            // A parameter, whatever its name.
            (_, Some('=')) | ("", _) => link.push('&'),
            (name, Some(';')) => {
                link.push(character(name)?);
                rest = &rest[end + 1..];
            }
            _ => return None,
        }
    }
    link.push_str(rest);
    Some(link.into())
}

/// The character of an entity that all programs read alike.
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            // Those up to 159 that are none stand for others.
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}

fn image(address: &str) -> String {
    let address = escaped(address);
    format!(
        "<img src=\"{address}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;width:1px;height:1px;border:0\">"
    )
}

fn escaped(link: &str) -> String {
    let quoted = link.replace('&', "&amp;").replace('"', "&quot;");
    quoted.replace('\'', "&#39;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked about, and the page.
    fn track(html: &str) -> (Vec<String>, String) {
        let mut asked = Vec::new();
        let page = tracked(html, None, |link| {
            asked.push(link.to_owned());
            Some(format!("https://c/{}?a&b", asked.len()))
        });
        (asked, page)
    }

    #[test]
    fn links_of_readers_are_replaced() {
        for (html, link, expected) in [
            (
                "<p><a href=\"https://x/?a=1&amp;b=2\" class=b>x</a>",
                "https://x/?a=1&b=2",
                "<p><a href=\"https://c/1?a&amp;b\" class=b>x</a>",
            ),
            // As the engine escapes values.
            (
                "<a href=\"https:&#x2f;&#x2F;x&#47;&quot;&#x26;\">",
                "https://x/\"&",
                "<a href=\"https://c/1?a&amp;b\">",
            ),
            (
                "<A HREF=' HTTPS://x/ü '>x</A>",
                "HTTPS://x/ü",
                "<A HREF='https://c/1?a&amp;b'>x</A>",
            ),
            (
                "<a href=https://x/?copy=1&copy=2>",
                "https://x/?copy=1&copy=2",
                "<a href=https://c/1?a&amp;b>",
            ),
            (
                "<a href=\"https://x/\" href=\"https://y/\">",
                "https://x/",
                "<a href=\"https://c/1?a&amp;b\" href=\"https://y/\">",
            ),
            (
                "<a rel=\"noopener\" href=\"https://x/#top\">",
                "https://x/#top",
                "<a rel=\"noopener\" href=\"https://c/1?a&amp;b\">",
            ),
        ] {
            let (asked, page) = track(html);
            assert_eq!((asked, page), (vec![link.to_owned()], expected.to_owned()));
        }
    }

    #[test]
    fn all_other_links_stay() {
        for html in [
            "<a href=\"http://x/\">",
            "<a href=\"mailto:a@b\"><a href=\"tel:1\"><a href=\"#\"><a href=\"\"><a>",
            "<a href=\"myapp://room/1\">",
            "<a href=\"javascript:alert(1)\">",
            "<a rel=\"nofollow NoTrack\" href=\"https://x/\">",
            "<a href=\"https://x/\" rel=notrack>",
            "<a href=\"https://x/Unsubscribe?u=1\">",
            "<a href=\"https://x/?do=opt-out\">",
            "<a href=\"https://x/?a&copy;\">",
            "<a href=\"https://x/&#x92;\">",
            "<a href=\"https://x/&#10;\">",
            "<a href=\"https://x/?a&copy\">",
            "<img src=\"https://x/a.png\"><link href=\"https://x/a.css\">",
            "<!--[if mso]><v:roundrect href=\"https://x/\"><a href=\"https://x/\"><![endif]-->",
            "<style>a[href=\"https://x/\"]{color:red}</style>",
            "<p>https://x/</p>",
            "<a href=\"https://x/",
        ] {
            let (asked, page) = track(html);
            assert_eq!((asked, page), (Vec::new(), html.to_owned()));
        }
    }

    #[test]
    fn what_the_caller_leaves_stays_and_the_picture_is_last_in_the_body() {
        let html = "<html><body><a href=\"https://x/\">x</a></body></html>";
        let page = tracked(html, Some("https://o/?a&b"), |_| None);
        let picture = image("https://o/?a&b");
        assert!(picture.contains("src=\"https://o/?a&amp;b\""));
        let expected = format!("<html><body><a href=\"https://x/\">x</a>{picture}</body></html>");
        assert_eq!(page, expected);
        assert_eq!(
            tracked("<p>ü", Some("https://o/?a&b"), |_| None),
            format!("<p>ü{picture}")
        );
        let behind = "<body></body><a href=\"https://x/\">";
        let page = tracked(behind, Some("https://o/?a&b"), |_| {
            Some("https://c/".into())
        });
        assert_eq!(
            page,
            format!("<body>{picture}</body><a href=\"https://c/\">")
        );
    }
}
