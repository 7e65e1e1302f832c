//! 4,096 bytes: what goes first when a message is too long.

use std::borrow::Cow;
use std::collections::HashSet;

use super::message::Draft;

/// FCM's bound for a message, in bytes; the whole request is kept under it.
pub(super) const LIMIT: usize = 4_096;

const ELLIPSIS: char = '…';

/// Makes a draft `excess` bytes shorter: fields of `content` go, the largest first and of equal ones
/// the later key; then the body is shortened, then the title. The same draft always loses the same.
pub(super) fn shrink(draft: &mut Draft<'_>, mut excess: usize) {
    let sizes = draft.fields.iter().enumerate().map(|(place, field)| {
        // A colon and a comma stand beside them; there always is an entry before.
        (written(&field.key) + written(&field.value) + 2, place)
    });
    let mut sizes: Vec<(usize, usize)> = sizes.collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let mut dropped = HashSet::new();
    for (bytes, place) in sizes {
        if excess == 0 {
            break;
        }
        dropped.insert(place);
        excess = excess.saturating_sub(bytes);
    }
    let mut place = 0..;
    draft
        .fields
        .retain(|_| place.next().is_none_or(|place| !dropped.contains(&place)));
    for text in [&mut draft.body, &mut draft.title] {
        if excess > 0 {
            let before = written(text);
            *text = Cow::Owned(shortened(text, before.saturating_sub(excess)));
            excess = excess.saturating_sub(before - written(text));
        }
    }
}

/// The longest beginning that takes no more than `bytes` when it is written, with a sign that
/// something is missing; nothing where there is no room even for that.
fn shortened(text: &str, bytes: usize) -> String {
    let Some(mut room) = bytes.checked_sub(written("…")) else {
        return String::new();
    };
    let is_kept = |c: &char| {
        let fits = escaped(*c) <= room;
        room = room.saturating_sub(escaped(*c));
        fits
    };
    let mut kept: String = text.chars().take_while(is_kept).collect();
    kept.push(ELLIPSIS);
    kept
}

/// How many bytes a text takes as a JSON string.
fn written(text: &str) -> usize {
    2 + text.chars().map(escaped).sum::<usize>()
}

/// As `serde_json` escapes.
fn escaped(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_writer() {
        let controls: String = ('\0'..='\u{a0}').collect();
        for text in ["", "a\"\\/", "ä…🙂\u{2028}", &controls] {
            assert_eq!(
                written(text),
                serde_json::to_string(text).expect("a text").len(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        for (bytes, expected) in [
            (0, ""),
            (4, ""),
            (5, "…"),
            (6, "…"),
            (7, "ä…"),
            (8, "ä…"),
            (9, "ä\n…"),
        ] {
            let cut = shortened("ä\n🙂", bytes);
            assert_eq!(cut, expected, "{bytes}");
        }
    }
}
