//! What differs between two sets of templates.

use std::collections::{BTreeMap, BTreeSet};

use super::TemplateSnapshot;
use crate::Channel;

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange<'s> {
    /// The channel.
    pub channel: Channel,
    /// The variant; `None` is the template itself.
    pub variant: Option<&'s str>,
    /// The locale.
    pub locale: &'s str,
    /// The part.
    pub part: &'s str,
    /// Its source before; `None` where it is new.
    pub from: Option<&'s str>,
    /// Its source afterwards; `None` where it is gone.
    pub to: Option<&'s str>,
}

/// A variant with another share of readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightChange<'s> {
    /// The channel.
    pub channel: Channel,
    /// The variant.
    pub variant: &'s str,
    /// Its share before in percent; `None` where it is new.
    pub from: Option<u8>,
    /// Its share afterwards; `None` where it is gone.
    pub to: Option<u8>,
}

type Place<'s> = (Channel, Option<&'s str>, &'s str, &'s str);

/// Every part that differs, by channel, variant, locale and part; the template itself comes before its variants.
pub fn compare<'s>(from: &'s TemplateSnapshot, to: &'s TemplateSnapshot) -> Vec<PartChange<'s>> {
    let (from, to) = (sources(from), sources(to));
    let places: BTreeSet<_> = from.keys().chain(to.keys()).copied().collect();
    let changes = places.into_iter().filter_map(|place| {
        let (from, to) = (from.get(&place).copied(), to.get(&place).copied());
        let (channel, variant, locale, part) = place;
        (from != to).then_some(PartChange {
            channel,
            variant,
            locale,
            part,
            from,
            to,
        })
    });
    changes.collect()
}

/// Every variant whose share differs, by channel and name.
pub fn compare_weights<'s>(
    from: &'s TemplateSnapshot,
    to: &'s TemplateSnapshot,
) -> Vec<WeightChange<'s>> {
    let (from, to) = (weights(from), weights(to));
    let names: BTreeSet<_> = from.keys().chain(to.keys()).copied().collect();
    let changes = names.into_iter().filter_map(|name| {
        let (from, to) = (from.get(&name).copied(), to.get(&name).copied());
        let (channel, variant) = name;
        (from != to).then_some(WeightChange {
            channel,
            variant,
            from,
            to,
        })
    });
    changes.collect()
}

fn sources(of: &TemplateSnapshot) -> BTreeMap<Place<'_>, &str> {
    let own = of.templates.iter();
    let own = own.map(|(channel, locales)| (*channel, None, locales));
    let variants = of.trials.iter().flat_map(|(channel, trial)| {
        let variants = trial.variants.iter();
        variants.map(|(name, variant)| (*channel, Some(name.as_str()), &variant.templates))
    });
    let mut sources = BTreeMap::new();
    for (channel, variant, locales) in own.chain(variants) {
        for (locale, parts) in locales {
            for (part, source) in parts {
                let place = (channel, variant, locale.as_str(), part.as_str());
                sources.insert(place, source.as_str());
            }
        }
    }
    sources
}

fn weights(of: &TemplateSnapshot) -> BTreeMap<(Channel, &str), u8> {
    let variants = of.trials.iter().flat_map(|(channel, trial)| {
        let variants = trial.variants.iter();
        variants.map(|(name, variant)| ((*channel, name.as_str()), variant.weight))
    });
    variants.collect()
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

    #[test]
    fn variants_are_compared_after_their_template_and_shares_apart() {
        let with = |variants: &str| {
            let templates = r#"{"push": {"en": {"title": "a"}}}"#;
            let trials = format!(r#"{{"push": {{"variants": {variants}}}}}"#);
            snapshot(&format!(
                r#"{{"templates": {templates}, "trials": {trials}}}"#
            ))
        };
        let from = with(
            r#"{"long": {"weight": 10, "templates": {"en": {"title": "b"}}},
                "short": {"weight": 20, "templates": {"en": {"title": "c"}}}}"#,
        );
        let to = with(r#"{"short": {"weight": 30, "templates": {"en": {"title": "d"}}}}"#);
        let changes = compare(&from, &to);
        let changes = changes.iter().map(|one| (one.variant, one.from, one.to));
        assert_eq!(
            changes.collect::<Vec<_>>(),
            [
                (Some("long"), Some("b"), None),
                (Some("short"), Some("c"), Some("d"))
            ]
        );
        let shares = compare_weights(&from, &to);
        let shares = shares.iter().map(|one| (one.variant, one.from, one.to));
        assert_eq!(
            shares.collect::<Vec<_>>(),
            [("long", Some(10), None), ("short", Some(20), Some(30))]
        );
        assert!(compare_weights(&to, &to).is_empty());
    }
}
