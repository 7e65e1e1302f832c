//! The languages that we have words in.

/// A language of the built-in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, which all others fall back to.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Japanese.
    Japanese,
    /// Arabic.
    Arabic,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Portuguese,
        Self::Japanese,
        Self::Arabic,
    ];

    /// The language of a locale such as `de-AT`, if we have words in it.
    #[must_use]
    pub fn of(locale: &str) -> Option<Self> {
        let language = locale.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|known| known.tag().eq_ignore_ascii_case(language))
    }

    /// The first language of a chain of locales that we have words in; English if there is none.
    #[must_use]
    pub fn of_chain<'a>(chain: impl IntoIterator<Item = &'a str>) -> Self {
        let known = chain.into_iter().find_map(Self::of);
        known.unwrap_or(Self::English)
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Japanese => "ja",
            Self::Arabic => "ar",
        }
    }

    /// In which direction it is written, as HTML's `dir` names it.
    #[must_use]
    pub fn direction(self) -> &'static str {
        direction(self.tag())
    }
}

/// The direction of any locale, as HTML's `dir` names it: by its script if it names one, else by its language.
pub(crate) fn direction(locale: &str) -> &'static str {
    let mut subtags = locale.split(['-', '_']);
    let language = subtags.next().unwrap_or_default();
    let script = subtags.next().filter(|subtag| subtag.len() == 4);
    let is_rtl = match script {
        Some(script) => ["Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"]
            .iter()
            .any(|rtl| rtl.eq_ignore_ascii_case(script)),
        None => ["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"]
            .iter()
            .any(|rtl| rtl.eq_ignore_ascii_case(language)),
    };
    if is_rtl { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_in_a_locale() {
        for (locale, expected) in [
            ("en", Some(Language::English)),
            ("de-AT", Some(Language::German)),
            ("PT_br", Some(Language::Portuguese)),
            ("ar-EG", Some(Language::Arabic)),
            ("it", None),
            ("den", None),
            ("", None),
        ] {
            assert_eq!(Language::of(locale), expected, "{locale}");
        }
        assert_eq!(Language::of_chain(["it", "fr-CA", "en"]), Language::French);
        assert_eq!(Language::of_chain(["it"]), Language::English);
    }

    #[test]
    fn a_direction_follows_script_and_language() {
        for (locale, expected) in [
            ("ar", "rtl"),
            ("he-IL", "rtl"),
            ("az-Arab", "rtl"),
            ("ar-Latn", "ltr"),
            ("ur_PK", "rtl"),
            ("en", "ltr"),
            ("", "ltr"),
        ] {
            assert_eq!(direction(locale), expected, "{locale}");
        }
        assert_eq!(Language::Arabic.direction(), "rtl");
    }
}
