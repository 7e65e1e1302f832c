//! In which order the locales of a reader are tried.

/// The locale that is tried last: all installations have words in it.
pub(crate) const LAST: &str = "en";

/// The longest tag that is looked at; RFC 5646 asks for 35 characters at least.
const MAX_TAG_BYTES: usize = 64;

/// The locales to try for a reader, best first: the device's, the user's and the tenant's, each followed by what
/// is less exact (`de-AT`, then `de`), and `en` at the end.
///
/// Tags are written as BCP 47 recommends (`zh-Hant-TW`), without extensions. What is no tag is left out.
#[must_use]
pub fn locale_chain(device: Option<&str>, user: Option<&str>, tenant: Option<&str>) -> Vec<String> {
    let mut chain = Vec::with_capacity(4);
    for tag in [device, user, tenant, Some(LAST)].into_iter().flatten() {
        let Some(mut tag) = canonical(tag) else {
            continue;
        };
        loop {
            let shorter = tag.rfind('-').map(|at| tag[..at].to_owned());
            if !chain.contains(&tag) {
                chain.push(tag);
            }
            match shorter {
                Some(shorter) => tag = shorter,
                None => break,
            }
        }
    }
    chain
}

/// Language, script, region and variants of a tag, in the recommended spelling.
fn canonical(tag: &str) -> Option<String> {
    let tag = tag.trim();
    if tag.len() > MAX_TAG_BYTES {
        return None;
    }
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next()?;
    let is_language =
        (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_language {
        return None;
    }
    let mut canonical = language.to_ascii_lowercase();
    for subtag in subtags {
        // A single character begins an extension, which says nothing about words; `C.UTF-8` and the like end here too.
        if !(2..=8).contains(&subtag.len()) || !subtag.bytes().all(|b| b.is_ascii_alphanumeric()) {
            break;
        }
        canonical.push('-');
        match subtag.len() {
            2 => canonical.push_str(&subtag.to_ascii_uppercase()),
            4 if subtag.bytes().all(|b| b.is_ascii_alphabetic()) => {
                canonical.push_str(&subtag[..1].to_ascii_uppercase());
                canonical.push_str(&subtag[1..].to_ascii_lowercase());
            }
            _ => canonical.push_str(&subtag.to_ascii_lowercase()),
        }
    }
    Some(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_goes_from_the_device_to_english() {
        for (device, user, tenant, expected) in [
            (None, None, None, "en"),
            (None, Some("de-AT"), Some("fr"), "de-AT de fr en"),
            (Some("pt_br"), Some("pt-PT"), None, "pt-BR pt pt-PT en"),
            (None, Some("ZH-hant-tw"), None, "zh-Hant-TW zh-Hant zh en"),
            (None, Some("en-GB"), Some("en"), "en-GB en"),
            (None, Some("es-419"), None, "es-419 es en"),
            (
                None,
                Some("de-DE-u-co-phonebk-x-private"),
                None,
                "de-DE de en",
            ),
            (None, Some("de_DE.UTF-8"), None, "de en"),
            (Some(""), Some("1"), Some("*"), "en"),
            (Some("x-klingon"), Some("日本"), Some("d"), "en"),
            (Some("-de"), Some("de-"), None, "de en"),
        ] {
            let chain = locale_chain(device, user, tenant).join(" ");
            assert_eq!(chain, expected, "{device:?} {user:?} {tenant:?}");
        }
        assert_eq!(
            locale_chain(Some(&"de-".repeat(100_000)), None, None),
            ["en"]
        );
    }
}
