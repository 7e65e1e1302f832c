//! What differs between two sets of templates.

use std::collections::BTreeSet;

use super::TemplateSnapshot;
use crate::Channel;

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange<'s> {
    /// The channel.
    pub channel: Channel,
    /// The locale.
    pub locale: &'s str,
    /// The part.
    pub part: &'s str,
    /// Its source before; `None` where it is new.
    pub from: Option<&'s str>,
    /// Its source afterwards; `None` where it is gone.
    pub to: Option<&'s str>,
}

/// Every part that differs, by channel, locale and part.
pub fn compare<'s>(from: &'s TemplateSnapshot, to: &'s TemplateSnapshot) -> Vec<PartChange<'s>> {
    let places: BTreeSet<_> = places(from).chain(places(to)).collect();
    let changes = places.into_iter().filter_map(|(channel, locale, part)| {
        let (from, to) = (
            source(from, channel, locale, part),
            source(to, channel, locale, part),
        );
        (from != to).then_some(PartChange {
            channel,
            locale,
            part,
            from,
            to,
        })
    });
    changes.collect()
}

fn places(of: &TemplateSnapshot) -> impl Iterator<Item = (Channel, &str, &str)> {
    of.templates.iter().flat_map(|(channel, locales)| {
        locales.iter().flat_map(move |(locale, parts)| {
            let names = parts.keys().map(String::as_str);
            names.map(move |part| (*channel, locale.as_str(), part))
        })
    })
}

fn source<'s>(
    of: &'s TemplateSnapshot,
    channel: Channel,
    locale: &str,
    part: &str,
) -> Option<&'s str> {
    let parts = of.templates.get(&channel)?.get(locale)?;
    parts.get(part).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(stored: &str) -> TemplateSnapshot {
        serde_json::from_str(stored).unwrap()
    }

    #[test]
    fn what_is_new_gone_and_changed_is_named() {
        let from = snapshot(r#"{"templates": {"push": {"en": {"title": "a", "body": "b"}}}}"#);
        let to = snapshot(
            r#"{"templates": {"push": {"en": {"title": "A", "body": "b"}, "de": {"title": "x"}}}}"#,
        );
        let told = compare(&from, &to);
        let told: Vec<_> = told
            .iter()
            .map(|c| (c.locale, c.part, c.from, c.to))
            .collect();
        assert_eq!(
            told,
            [
                ("de", "title", None, Some("x")),
                ("en", "title", Some("a"), Some("A")),
            ]
        );
        assert!(compare(&from, &from).is_empty());
        let gone = compare(&to, &from);
        assert_eq!((gone[0].from, gone[0].to), (Some("x"), None));
    }
}
