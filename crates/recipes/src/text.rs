//! Texts as a field takes them: escaped, and no longer than they may be.

use unicode_segmentation::UnicodeSegmentation;

use crate::limits::{LengthUnit, Limit, Markup};

const ELLIPSIS: char = '…';

/// The text, escaped and shortened. What is counted is the escaped text, since that is what the service gets.
pub(crate) fn fit(text: &str, limit: Option<&Limit>, markup: Markup) -> String {
    let one_line;
    let text = if limit.is_some_and(|limit| limit.one_line) {
        one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        &one_line
    } else {
        text
    };
    let (max, unit) = limit.map_or((usize::MAX, LengthUnit::Bytes), |l| (l.max, l.unit));
    let room = max.saturating_sub(unit.length(&ELLIPSIS.to_string()));
    let (mut fitted, mut length) = (String::with_capacity(text.len().min(max)), 0);
    // Where the text ends if it has to be cut.
    let mut cut = 0;
    // Where the link that is being written ends in the text.
    let mut link_end = 0;
    for (place, grapheme) in text.grapheme_indices(true) {
        let before = fitted.len();
        if place >= link_end
            && markup.keeps_links()
            && let Some(bytes) = link(&text[place..], text[..place].chars().next_back())
        {
            link_end = place + bytes;
        }
        if place < link_end {
            fitted.push_str(grapheme);
        } else {
            for c in grapheme.chars() {
                markup.push(&mut fitted, c);
            }
        }
        length += unit.length(&fitted[before..]);
        if length <= room {
            cut = fitted.len();
        }
        if length > max {
            fitted.truncate(cut);
            fitted.push(ELLIPSIS);
            break;
        }
    }
    fitted
}

/// The bytes of a link that a text begins with. A backslash within it would lead elsewhere. It ends before what could
/// begin other markup: brackets, bars, quotes, code.
fn link(text: &str, before: Option<char>) -> Option<usize> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || !c.is_ascii() || "<>[]()`|\"'\\*@".contains(c)
    };
    let rest = &text[scheme.len()..];
    let bytes = rest.find(ends).unwrap_or(rest.len());
    (bytes > 0).then_some(scheme.len() + bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit(max: usize, unit: LengthUnit) -> Limit {
        Limit {
            max,
            unit,
            one_line: false,
        }
    }

    #[test]
    fn a_text_is_cut_between_characters_as_people_see_them() {
        for (text, max, unit, expected) in [
            ("short", 5, LengthUnit::Characters, "short"),
            ("longer", 5, LengthUnit::Characters, "long…"),
            ("👩‍👩‍👧 family", 4, LengthUnit::Characters, "…"),
            ("ab👍🏽cd", 6, LengthUnit::Utf16, "ab…"),
            ("äöü", 6, LengthUnit::Bytes, "äöü"),
            ("äöüä", 6, LengthUnit::Bytes, "ä…"),
        ] {
            let fitted = fit(text, Some(&limit(max, unit)), Markup::None);
            assert_eq!(fitted, expected, "{text}");
        }
    }

    #[test]
    fn the_escaped_text_counts_and_no_escape_is_cut_in_half() {
        let fitted = fit("a<b<c", Some(&limit(8, LengthUnit::Bytes)), Markup::Slack);
        assert_eq!(fitted, "a&lt;…");
        let one_line = Limit {
            one_line: true,
            ..limit(20, LengthUnit::Characters)
        };
        assert_eq!(fit(" a\n\tb     c", Some(&one_line), Markup::None), "a b c");
        assert_eq!(
            fit("<!channel> @all", None, Markup::Slack),
            "&lt;!channel&gt; @all"
        );
        assert!(!fit("<!channel> @all", None, Markup::Mattermost).contains("@all"));
        assert!(!fit("<users/all>", None, Markup::GoogleChat).contains("<users"));
    }

    #[test]
    fn links_stay_as_they_are_and_nothing_else_does() {
        for (text, expected) in [
            (
                "see https://a.example/x_y/~z#part_2 or *this*",
                "see https://a.example/x_y/~z#part_2 or \\*this\\*",
            ),
            ("(https://a.example/_)", "\\(https://a.example/_\\)"),
            ("[a](https://b.example)", "\\[a\\]\\(https://b.example\\)"),
            (
                "https://a.example/[x](https://b.example)",
                "https://a.example/\\[x\\]\\(https://b.example\\)",
            ),
            ("https://a.example/||x||", "https://a.example/\\|\\|x\\|\\|"),
            ("xhttps://a_b", "xhttps://a\\_b"),
            ("https://_", "https://_"),
            ("https:// _", "https:// \\_"),
        ] {
            assert_eq!(fit(text, None, Markup::Markdown), expected, "{text}");
        }
        let mentions = fit("https://a.example/@all_x", None, Markup::Mattermost);
        assert!(!mentions.contains("@all"), "{mentions}");
        let entities = fit("https://a.example/?a=1&b=<x>", None, Markup::Slack);
        assert_eq!(entities, "https://a.example/?a=1&amp;b=&lt;x&gt;");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_it_may_be(text in ".*", max in 3_usize..40) {
            for unit in [LengthUnit::Characters, LengthUnit::Utf16, LengthUnit::Bytes] {
                for markup in [Markup::None, Markup::Slack, Markup::Markdown, Markup::Mattermost] {
                    let fitted = fit(&text, Some(&limit(max, unit)), markup);
                    prop_assert!(unit.length(&fitted) <= max);
                }
            }
        }
    }
}
