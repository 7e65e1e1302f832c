//! Texts of others, made into texts that a notification may have. They are cut, not refused: the program that sent them
//! cannot be changed.

/// As `title` of a send.
const MAX_TITLE_BYTES: usize = 512;
/// As `body` of a send.
const MAX_BODY_BYTES: usize = 16 * 1_024;

/// A title: one line without control characters. `None` if nothing is left.
pub(crate) fn title(text: &str) -> Option<String> {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = line.take(MAX_TITLE_BYTES + 1).collect();
    kept(cut(line.trim(), MAX_TITLE_BYTES))
}

/// A text of several lines; of control characters only line breaks and tabs stay. `None` if nothing is left.
pub(crate) fn body(text: &str) -> Option<String> {
    let clean = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    let clean: String = clean.take(MAX_BODY_BYTES + 1).collect();
    kept(cut(clean.trim(), MAX_BODY_BYTES))
}

fn kept(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// At most so many bytes, the ellipsis of a cut among them.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - '…'.len_utf8());
    format!("{}…", text[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_lines_and_bodies_are_texts() {
        assert_eq!(title(" a\r\nb\0 "), Some("a  b".into()));
        assert_eq!(title("\n\t "), None);
        assert_eq!(body("a\r\n\tb\u{7}"), Some("a\n\tb".into()));
        assert_eq!(body(""), None);
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let long = "ü".repeat(10_000);
        let cut = title(&long).expect("a title");
        assert!(cut.len() <= MAX_TITLE_BYTES && cut.ends_with("ü…"));
        let cut = body(&long).expect("a body");
        assert!(cut.len() <= MAX_BODY_BYTES && cut.len() > MAX_BODY_BYTES - 8);
    }
}
