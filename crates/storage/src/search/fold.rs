//! Texts as a search compares them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// One text for all that differ in nothing but case and normal form: `STRASSE` and `straße`, `é` in one
/// character and in two, `ﬁ` and `fi`.
///
/// Letters go to small ones, to capitals and back, which is what Unicode's full case folding comes to where
/// it matters here (`ß` and its capital, ligatures, the two small sigmas); NFKC puts together what was decomposed, so that `cafe`
/// is no part of `café`.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let small = text.nfkd().flat_map(char::to_lowercase);
    let capitals = small.flat_map(char::to_uppercase);
    Cow::Owned(capitals.flat_map(char::to_lowercase).nfkc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_normal_form_make_no_difference() {
        for (one, other) in [
            ("STRASSE", "straße"),
            // U+1E9E, the capital sharp s.
            ("STRAẞE", "strasse"),
            ("caf\u{e9}", "CAFE\u{301}"),
            // The last sigma is another letter, small.
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("ﬁn", "FIN"),
            ("Ａｂｃ", "abc"),
            // Hangul, composed and in jamo.
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("ŒUVRE", "œuvre"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        for (one, other) in [("cafe", "café"), ("a", "b"), ("ss", "s")] {
            assert_ne!(folded(one), folded(other));
        }
        assert!(!folded("café").contains(&*folded("cafe")));
    }
}
