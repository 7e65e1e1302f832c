//! Makes strings of unknown origin fit to be shown: bounded, and without invisible characters.

/// Shown where something was cut off.
const ELLIPSIS: char = '…';

/// Makes one line of at most `max_chars` characters: whatever breaks a line, and every control
/// character, becomes one space with its neighbours. `None` where nothing is left to read.
pub(crate) fn line(text: &str, max_chars: usize) -> Option<String> {
    let mut line = String::with_capacity(text.len().min(4 * max_chars));
    let mut chars = 0;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            space = !line.is_empty();
            continue;
        }
        if is_deceptive(c) {
            continue;
        }
        if space {
            line.push(' ');
            chars += 1;
            space = false;
        }
        line.push(c);
        chars += 1;
        if chars > max_chars {
            let keep = line.char_indices().nth(max_chars.saturating_sub(1));
            line.truncate(keep.map_or(0, |(at, _)| at));
            end_with_ellipsis(&mut line);
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// Makes plain text of at most `max_bytes`: every kind of line break becomes `\n`, other control
/// characters than tabs go, blank ends too. `None` where nothing is left to read.
pub(crate) fn text(text: &str, max_bytes: usize) -> Option<String> {
    let text = text.trim();
    let mut clean = String::with_capacity(text.len().min(max_bytes + 4));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\n' | '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
        if clean.len() > max_bytes {
            cut(&mut clean, max_bytes);
            break;
        }
    }
    // Control characters may have hidden blank ends from the first trim.
    let trimmed = clean.trim();
    match trimmed.len() {
        0 => None,
        all if all == clean.len() => Some(clean),
        _ => Some(trimmed.to_owned()),
    }
}

/// Shortens to at most `max_bytes`, the ellipsis included.
pub(crate) fn cut(text: &mut String, max_bytes: usize) {
    if text.len() <= max_bytes {
        return;
    }
    let keep = max_bytes.saturating_sub(ELLIPSIS.len_utf8());
    text.truncate(text.floor_char_boundary(keep));
    end_with_ellipsis(text);
}

/// A joiner at the end would wait for the second half of an emoji that was cut off.
fn end_with_ellipsis(text: &mut String) {
    let end = text
        .trim_end_matches(|c: char| c.is_whitespace() || c == '\u{200d}')
        .len();
    text.truncate(end);
    text.push(ELLIPSIS);
}

/// The text without what makes it read otherwise than it is stored.
pub(crate) fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(is_deceptive) {
        text.replace(is_deceptive, "").into()
    } else {
        text.into()
    }
}

/// Characters that make a line read otherwise than it is stored: overrides of the writing direction,
/// with which a display name could turn round the words after it, and blanks of no width. The marks
/// and joiners that Arabic, Persian and emoji need are not among them.
const fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2060}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_and_an_end() {
        for (from, expected) in [
            ("Hello", Some("Hello")),
            (" a\r\n\tb\u{2028}c\u{0}d ", Some("a b c d")),
            ("Bcc:\r\nx", Some("Bcc: x")),
            ("\u{202e}evil\u{202c}", Some("evil")),
            (" \u{200b}\r\n", None),
            ("", None),
            ("1234567890", Some("1234567890")),
            ("1234567890x", Some("123456789…")),
            ("12345678 0x", Some("12345678…")),
            ("שלום 👩\u{200d}👧", Some("שלום 👩\u{200d}👧")),
            ("1234567 👩\u{200d}👧 family", Some("1234567 👩…")),
        ] {
            assert_eq!(line(from, 10).as_deref(), expected, "{from:?}");
        }
    }

    #[test]
    fn a_text_keeps_its_lines() {
        for (from, expected) in [
            ("a\r\nb\rc\n\n\td", Some("a\nb\nc\n\n\td")),
            ("\n a\u{7}b \n", Some("ab")),
            ("\u{0} \u{1}", None),
            ("\u{0}\n x", Some("x")),
            ("1234567890123456", Some("1234567890123456")),
            ("12345678901234567", Some("1234567890123…")),
            ("ééééééééé", Some("éééééé…")),
        ] {
            assert_eq!(text(from, 16).as_deref(), expected, "{from:?}");
        }
    }
}
