//! Language tags: BCP 47, and what the platforms write instead.

use crate::InvalidName;

/// BCP 47 recommends that readers take 35 characters (section 4.4.1).
const MAX_BYTES: usize = 35;

/// A language tag (BCP 47) in its one spelling: language in small letters, script capitalised, region in
/// capitals (RFC 5646 2.1.1).
///
/// It may come as POSIX, Java, Android or iOS write it: parts parted by `_`, the script behind a `#`, an
/// encoding or modifiers at the end, which say nothing of the language, and languages by their codes of old.
///
/// # Errors
/// [`InvalidName`].
pub fn canonical_locale(text: &str) -> Result<String, InvalidName> {
    let wrong = InvalidName("expected a language tag such as en or pt-BR");
    let tag = text.split(['.', '@']).next().unwrap_or_default();
    // Java leaves out what it does not know: `zh__#Hans`.
    let chunks = tag.split('_').filter(|chunk| !chunk.is_empty());
    let parts = chunks.flat_map(|chunk| chunk.trim_start_matches('#').split('-'));
    let parts: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    let is_part = |part: &String| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let Some((language, rest)) = parts.split_first() else {
        return Err(wrong);
    };
    let is_language = (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    if tag.starts_with('_') || !is_language || !parts.iter().all(is_part) {
        return Err(wrong);
    }
    let canonical = Tag::read(language, rest).write();
    if canonical.len() > MAX_BYTES {
        return Err(wrong);
    }
    Ok(canonical)
}

struct Tag<'a> {
    language: &'a str,
    script: Option<&'a str>,
    region: Option<&'a str>,
    variants: Vec<&'a str>,
    /// From the first single letter on, as they came.
    extensions: Vec<&'a str>,
}

impl<'a> Tag<'a> {
    /// `rest` are parts in small letters.
    fn read(language: &'a str, rest: &'a [String]) -> Self {
        let mut tag = Self {
            language: match language {
                // What `java.util.Locale` and old Androids still say.
                "iw" => "he",
                "in" => "id",
                "ji" => "yi",
                language => language,
            },
            script: None,
            region: None,
            variants: Vec::new(),
            extensions: Vec::new(),
        };
        for (place, part) in rest.iter().enumerate() {
            let is_of = |digit: fn(&u8) -> bool| part.as_bytes().iter().all(digit);
            match part.len() {
                1 => {
                    tag.extensions = rest[place..].iter().map(String::as_str).collect();
                    break;
                }
                4 if is_of(u8::is_ascii_alphabetic) => tag.script = tag.script.or(Some(part)),
                2 if is_of(u8::is_ascii_alphabetic) => tag.take_region(part),
                3 if is_of(u8::is_ascii_digit) => tag.take_region(part),
                // As CLDR maps it.
                5 if part == "posix" => tag.extensions = vec!["u", "va", "posix"],
                _ => tag.variants.push(part),
            }
        }
        tag
    }

    /// A second one is a variant of Java's: `th_TH_TH`, `ja_JP_JP`, and `no_NO_NY` for Nynorsk.
    fn take_region(&mut self, part: &'a str) {
        match self.region {
            None => self.region = Some(part),
            Some("no") if self.language == "no" && part == "ny" => self.language = "nn",
            Some(_) => {}
        }
    }

    fn write(&self) -> String {
        let mut tag = self.language.to_owned();
        if let Some(script) = self.script {
            tag.push('-');
            tag.push_str(&script[..1].to_ascii_uppercase());
            tag.push_str(&script[1..]);
        }
        if let Some(region) = self.region {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        for part in self.variants.iter().chain(&self.extensions) {
            tag.push('-');
            tag.push_str(part);
        }
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_one_tag() {
        for (given, kept) in [
            ("en", "en"),
            ("pt-BR", "pt-BR"),
            ("PT-br", "pt-BR"),
            ("zh-Hant-TW", "zh-Hant-TW"),
            ("sl-rozaj-biske", "sl-rozaj-biske"),
            ("es-419", "es-419"),
            ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
            // java.util.Locale.toString(), Android's Locale.
            ("en_US", "en-US"),
            ("de_DE", "de-DE"),
            ("zh_CN_#Hans", "zh-Hans-CN"),
            ("zh__#Hans", "zh-Hans"),
            ("sr_RS_#Latn", "sr-Latn-RS"),
            ("th_TH_TH_#u-nu-thai", "th-TH-u-nu-thai"),
            ("ja_JP_JP", "ja-JP"),
            ("no_NO_NY", "nn-NO"),
            ("iw", "he"),
            ("iw_IL", "he-IL"),
            ("in_ID", "id-ID"),
            ("ji", "yi"),
            // Foundation's Locale.identifier.
            ("zh-Hans_CN", "zh-Hans-CN"),
            ("en_US_POSIX", "en-US-u-va-posix"),
            ("en_GB@calendar=buddhist", "en-GB"),
            ("en_US@rg=gbzzzz", "en-US"),
            // setlocale(3).
            ("de_DE.UTF-8", "de-DE"),
            ("de_DE@euro", "de-DE"),
        ] {
            assert_eq!(canonical_locale(given).as_deref(), Ok(kept), "{given}");
            assert_eq!(canonical_locale(kept).as_deref(), Ok(kept), "{kept}");
        }
        for bad in [
            "",
            "e",
            "en-",
            "-en",
            "en--US",
            "12",
            "en-toolongpart",
            "x\0",
            "_US",
            "C",
            ".UTF-8",
            "en US",
            "ü",
            "en-ü",
            "#Hans",
            "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd",
        ] {
            assert!(canonical_locale(bad).is_err(), "{bad:?}");
        }
    }
}
