//! The preview of a message.

use unicode_segmentation::UnicodeSegmentation;

/// A preview's length in characters (Unicode scalar values), at most.
pub const PREVIEW_CHARS: usize = 140;

/// As much of a text's beginning as fits, never a part of what a reader takes for one character: a
/// flag, a family of emoji, a letter with its accents.
pub(super) fn preview(text: &str) -> &str {
    let (mut chars, mut end) = (0, 0);
    for grapheme in text.graphemes(true) {
        chars += grapheme.chars().count();
        if chars > PREVIEW_CHARS {
            break;
        }
        end += grapheme.len();
    }
    if end == 0 {
        // Nothing but marks piled on one letter: better a part of the pile than nothing.
        end = text
            .char_indices()
            .nth(PREVIEW_CHARS)
            .map_or(text.len(), |(at, _)| at);
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_between_what_readers_take_for_characters() {
        let family = "👩‍👩‍👧";
        let full = "a".repeat(PREVIEW_CHARS);
        for (text, expected) in [
            (String::new(), String::new()),
            ("Hi\nthere".into(), "Hi\nthere".into()),
            (full.clone(), full.clone()),
            (format!("{full}b"), full.clone()),
            ("ж".repeat(141), "ж".repeat(140)),
            (format!("{}{family}", "a".repeat(138)), "a".repeat(138)),
            (
                format!("{}{family}b", "a".repeat(135)),
                format!("{}{family}", "a".repeat(135)),
            ),
            (format!("{}e\u{301}", "a".repeat(139)), "a".repeat(139)),
        ] {
            assert_eq!(preview(&text), expected, "{text}");
        }
        let piled = format!("e{}", "\u{301}".repeat(500));
        assert_eq!(preview(&piled).chars().count(), PREVIEW_CHARS);
    }
}
