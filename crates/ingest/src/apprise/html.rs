//! HTML made into text: what tags say about lines is kept, everything else is left out.

/// The longest entity that is read, in bytes: `&#x10FFFF;`.
const MAX_ENTITY_BYTES: usize = 10;

/// The text of HTML. Never more than the HTML itself has. Each byte is looked at a few times at most, however the tags are
/// nested or broken off.
pub(super) fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // Behind the last of them no tag ends, so that none has to be looked for.
    let last_end = html.rfind('>').unwrap_or(0);
    while let Some(at) = rest.find(['<', '&']) {
        push_words(&rest[..at], &mut text);
        rest = &rest[at..];
        let may_end = html.len() - rest.len() < last_end;
        rest = match rest.as_bytes()[0] {
            b'<' if may_end => tag(rest, &mut text),
            b'<' => {
                text.push('<');
                &rest[1..]
            }
            _ => entity(rest, &mut text),
        };
    }
    push_words(rest, &mut text);
    text.trim().to_owned()
}

/// White space between words is one space, as browsers show it.
fn push_words(words: &str, text: &mut String) {
    for c in words.chars() {
        if !c.is_whitespace() {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

/// Passes a tag over, and breaks the line where it does. What is inside scripts and styles is passed over, too.
fn tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    // In this order: what is no tag is not searched to its end.
    let Some(end) = is_tag.then(|| rest.find('>')).flatten() else {
        text.push('<');
        return &rest[1..];
    };
    let after = &rest[end + 1..];
    let inside = rest[1..end].trim_start_matches('/');
    let name_ends = inside.find(|c: char| !c.is_ascii_alphanumeric());
    let name = inside[..name_ends.unwrap_or(inside.len())].to_ascii_lowercase();
    match &*name {
        "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "table" => {
            while text.ends_with(' ') {
                text.pop();
            }
            if !text.is_empty()
                && !text.ends_with("\n\n")
                && (name == "br" || !text.ends_with('\n'))
            {
                text.push('\n');
            }
            after
        }
        "script" | "style" | "head" if !rest.starts_with("</") => {
            let end = format!("</{name}");
            let mut all = after.as_bytes().windows(end.len());
            let found = all.position(|part| part.eq_ignore_ascii_case(end.as_bytes()));
            &after[found.unwrap_or(after.len())..]
        }
        _ => after,
    }
}

fn entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    const NAMED: [(&str, char); 6] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
    ];
    for (name, c) in NAMED {
        if let Some(after) = rest.strip_prefix(name) {
            text.push(c);
            return after;
        }
    }
    let numbered = rest.strip_prefix("&#").and_then(|number| {
        let near = &number[..number.floor_char_boundary(MAX_ENTITY_BYTES)];
        let (number, after) = number.split_at(near.find(';')?);
        let after = &after[1..];
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) if hex.len() <= 6 => u32::from_str_radix(hex, 16).ok()?,
            None if number.len() <= 7 => number.parse().ok()?,
            _ => return None,
        };
        Some((char::from_u32(code)?, after))
    });
    match numbered {
        Some((c, after)) => {
            text.push(c);
            after
        }
        None => {
            text.push('&');
            &rest[1..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_lines_stay() {
        for (html, text) in [
            ("plain", "plain"),
            ("<p>One</p>\n<p>Two</p>", "One\nTwo"),
            ("a<br/>b<BR>c", "a\nb\nc"),
            ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
            (
                "1 &lt; 2 &amp;&#33;&#x21; &unknown; & <3",
                "1 < 2 &!! &unknown; & <3",
            ),
            ("<style>b{}</style><script>x()</script>Hi", "Hi"),
            ("<script>never closed", ""),
            ("<a href='https://x.example'>link</a>", "link"),
            ("&#xD800;&#99999999;", "&#xD800;&#99999999;"),
            ("a <", "a <"),
            ("<SCRIPT>x</Script>y<style>z</style>", "y"),
            ("&#33", "&#33"),
            ("&#\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc};", "&#üüüüüü;"),
            ("<b", "<b"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn megabytes_of_broken_html_take_no_time() {
        let begin = std::time::Instant::now();
        for part in [
            "<a ",
            "<1",
            "&#",
            "&#1",
            "<script></script>",
            "<style>",
            "</head",
        ] {
            for end in ["", ">", ";"] {
                let html = part.repeat(2_000_000 / part.len()) + end;
                assert!(to_text(&html).len() <= html.len());
            }
        }
        // Looking at the rest for each of them took minutes.
        assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
    }
}
