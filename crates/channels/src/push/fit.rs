//! 4,096 bytes: what goes first when a message is too long.
//!
//! The body is shortened first, as its beginning is still of use; not below [`FLOOR`] bytes. Then the picture goes, and fields
//! of `content` go whole, the longest first; those by which an app finds what to open, ids and links, go
//! when all others are gone; the title is shortened before them, and the target of clicks in browsers goes. A message that is still too long
//! loses the rest of both texts.

use std::borrow::Cow;
use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use super::data::Field;
use super::message::Draft;

/// FCM's bound for a message, in bytes, and Apple's; the whole request is kept under it.
pub(crate) const LIMIT: usize = 4_096;

/// A text is shortened to so many bytes at least, as long as something else can go.
const FLOOR: usize = 256;

/// A longer value is no id.
const MAX_ID_BYTES: usize = 128;

const ELLIPSIS: &str = "…";

/// Makes a draft `excess` bytes shorter. The same draft always loses the same.
pub(super) fn shrink(draft: &mut Draft<'_>, mut excess: usize) {
    shorten(&mut draft.body, &mut excess, FLOOR);
    drop_image(&mut draft.image, &mut excess);
    drop_longest(&mut draft.fields, &mut excess, |field| !opens(field));
    shorten(&mut draft.title, &mut excess, FLOOR);
    drop_click(&mut draft.click, &mut excess);
    drop_longest(&mut draft.fields, &mut excess, opens);
    for text in [&mut draft.body, &mut draft.title] {
        shorten(text, &mut excess, 0);
    }
}

/// Apps find the same link in the fields; a browser opens the site's first page instead.
fn drop_click(click: &mut Option<&str>, excess: &mut usize) {
    if *excess > 0
        && let Some(link) = click.take()
    {
        let bytes = written(link) + r#","fcm_options":{"link":}"#.len();
        *excess = excess.saturating_sub(bytes);
    }
}

/// It is written twice: for iOS, and for all others.
fn drop_image(image: &mut Option<&str>, excess: &mut usize) {
    if *excess > 0
        && let Some(link) = image.take()
    {
        let around = r#","image":"#.len() + r#","fcm_options":{"image":}"#.len();
        let bytes = 2 * written(link) + around + r#","mutable-content":1"#.len();
        *excess = excess.saturating_sub(bytes);
    }
}

/// Whether an app finds by it what the message is about: an id or a link.
fn opens(field: &Field<'_>) -> bool {
    let (key, value) = (field.key.as_ref(), field.value.as_ref());
    let is_named = |name: &str| {
        let lower = key.to_ascii_lowercase();
        lower == name
            || lower.ends_with(&format!("_{name}"))
            || lower.ends_with(&format!("-{name}"))
    };
    let is_word = !value.is_empty() && !value.contains(char::is_whitespace);
    let is_link =
        is_word && value.contains("://") || ["link", "url", "uri"].into_iter().any(is_named);
    let is_id = is_named("id") || key.ends_with("Id") || key.ends_with("ID");
    is_link || is_id && value.len() <= MAX_ID_BYTES
}

/// Drops fields of one kind until it is enough, the longest first and of equal ones the later key.
fn drop_longest(
    fields: &mut Vec<Field<'_>>,
    excess: &mut usize,
    is_meant: impl Fn(&Field<'_>) -> bool,
) {
    let meant = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| is_meant(field));
    let mut sizes: Vec<(usize, usize)> = meant
        // A colon and a comma stand beside them; there always is an entry before.
        .map(|(place, field)| (written(&field.key) + written(&field.value) + 2, place))
        .collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let mut dropped = HashSet::new();
    for (bytes, place) in sizes {
        if *excess == 0 {
            break;
        }
        dropped.insert(place);
        *excess = excess.saturating_sub(bytes);
    }
    let mut place = 0..;
    fields.retain(|_| place.next().is_none_or(|place| !dropped.contains(&place)));
}

/// Cuts the end off, between what a reader sees as letters, and says so by an ellipsis. What is left has
/// `floor` bytes or more, ellipsis included.
fn shorten(text: &mut Cow<'_, str>, excess: &mut usize, floor: usize) {
    if *excess == 0 || text.len() <= floor {
        return;
    }
    let before = written(text);
    let short = shortened(text, before.saturating_sub(*excess), floor);
    let after = written(&short);
    if after < before {
        *text = Cow::Owned(short);
        *excess = excess.saturating_sub(before - after);
    }
}

/// The longest beginning that takes no more than `bytes` when it is written, but one of `floor` bytes.
/// Nothing where there is no room even for the ellipsis.
fn shortened(text: &str, bytes: usize, floor: usize) -> String {
    let room = bytes.checked_sub(written(ELLIPSIS));
    if room.is_none() && floor == 0 {
        return String::new();
    }
    let (mut room, mut end) = (room.unwrap_or_default(), 0);
    for letter in text.graphemes(true) {
        let cost = letter.chars().map(escaped).sum();
        if room < cost && end + ELLIPSIS.len() >= floor {
            break;
        }
        room = room.saturating_sub(cost);
        end += letter.len();
    }
    format!("{}{ELLIPSIS}", &text[..end])
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
    fn a_text_is_cut_between_letters() {
        for (bytes, expected) in [
            (0, ""),
            (4, ""),
            (5, "…"),
            (6, "…"),
            (7, "ä…"),
            (8, "ä…"),
            (9, "ä\n…"),
            (16, "ä\n…"),
            // Two flags of four characters, of which no half is shown.
            (17, "ä\n🇨🇭…"),
            (20, "ä\n🇨🇭…"),
        ] {
            let cut = shortened("ä\n🇨🇭🇩🇪", bytes, 0);
            assert_eq!(cut, expected, "{bytes}");
        }
        let cut = shortened(&"x".repeat(300), 0, 256);
        assert_eq!(cut, format!("{}…", "x".repeat(253)));
    }

    #[test]
    fn ids_and_links_are_distinguished_from_other_fields() {
        let long = "x".repeat(MAX_ID_BYTES + 1);
        for (key, value, expected) in [
            ("id", "7", true),
            ("room_id", "8c1f", true),
            ("roomId", "8c1f", true),
            ("link", "app:room/7", true),
            ("avatar_url", "a b", true),
            ("where", "https://example.com/7", true),
            ("where", "myapp://room/7", true),
            ("room_id", long.as_str(), false),
            ("text", "see https://example.com/7", false),
            ("void", "7", false),
            ("paid", "yes", false),
            ("linked", "yes", false),
            ("empty", "", false),
        ] {
            let field = Field {
                key: key.into(),
                value: value.into(),
            };
            assert_eq!(opens(&field), expected, "{key}: {value}");
        }
    }
}
