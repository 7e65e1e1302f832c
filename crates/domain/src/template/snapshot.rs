//! What a version holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Brand, TemplateDraft, TemplateLimits, TemplateParts};
use crate::Channel;

/// Templates by locale.
pub type BoundedLocales = BTreeMap<String, TemplateParts>;

/// All templates of a type. Stored as JSON, so fields are only ever added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateSnapshot {
    /// By channel and locale.
    pub templates: BTreeMap<Channel, BoundedLocales>,
    /// The brand; only in versions of `_shared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
}

impl TemplateSnapshot {
    /// Of the drafts of one type.
    pub fn of(drafts: impl IntoIterator<Item = TemplateDraft>, brand: Option<Brand>) -> Self {
        let mut templates: BTreeMap<Channel, BoundedLocales> = BTreeMap::new();
        for draft in drafts {
            let locales = templates.entry(draft.key.channel).or_default();
            locales.insert(draft.key.locale, draft.parts);
        }
        Self { templates, brand }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty() && self.brand.is_none()
    }

    /// As it is stored.
    ///
    /// # Panics
    /// Never: all of it can be written.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).expect("maps with texts as keys")
    }

    /// How many bytes it is as it is stored.
    pub fn bytes(&self) -> usize {
        self.to_stored().len()
    }

    /// Whether it is larger than a version may be, in bytes.
    pub fn excess(&self) -> Option<usize> {
        let bytes = self.bytes();
        (bytes > TemplateLimits::SNAPSHOT_BYTES).then_some(bytes)
    }

    /// The parts for a channel in the first of the locales that it has, and that locale.
    pub fn best<'s>(
        &'s self,
        channel: Channel,
        chain: &[String],
    ) -> Option<(&'s str, &'s TemplateParts)> {
        let locales = self.templates.get(&channel)?;
        chain.iter().find_map(|locale| {
            let (locale, parts) = locales.get_key_value(locale)?;
            Some((locale.as_str(), parts))
        })
    }

    /// The partials and layouts for a channel: those of later locales of the chain stand in for what earlier ones lack.
    pub fn partials(&self, channel: Channel, chain: &[String]) -> TemplateParts {
        let mut partials = TemplateParts::new();
        let Some(locales) = self.templates.get(&channel) else {
            return partials;
        };
        for locale in chain {
            for (name, source) in locales.get(locale).into_iter().flatten() {
                partials
                    .entry(name.clone())
                    .or_insert_with(|| source.clone());
            }
        }
        partials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(of: &[(&str, &str)]) -> TemplateParts {
        let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
        of.iter().map(own).collect()
    }

    fn chain(locales: &[&str]) -> Vec<String> {
        locales.iter().map(|locale| (*locale).to_owned()).collect()
    }

    fn snapshot() -> TemplateSnapshot {
        let locales = [
            ("de".to_owned(), parts(&[("title", "Hallo")])),
            (
                "en".to_owned(),
                parts(&[("title", "Hello"), ("footer", "Bye")]),
            ),
        ];
        TemplateSnapshot {
            templates: [(Channel::Push, locales.into())].into(),
            brand: None,
        }
    }

    #[test]
    fn the_first_locale_that_is_there_is_used() {
        let snapshot = snapshot();
        let best = snapshot.best(Channel::Push, &chain(&["de-AT", "de", "en"]));
        assert_eq!(best.map(|(locale, _)| locale), Some("de"));
        let best = snapshot.best(Channel::Push, &chain(&["fr", "en"]));
        assert_eq!(best.map(|(locale, _)| locale), Some("en"));
        assert_eq!(snapshot.best(Channel::Push, &chain(&["fr"])), None);
        assert_eq!(snapshot.best(Channel::Email, &chain(&["en"])), None);
    }

    #[test]
    fn partials_of_later_locales_fill_gaps() {
        let partials = snapshot().partials(Channel::Push, &chain(&["de", "en"]));
        assert_eq!(partials, parts(&[("title", "Hallo"), ("footer", "Bye")]));
    }

    #[test]
    fn what_is_stored_comes_back_and_newer_fields_are_passed_over() {
        let stored = snapshot().to_stored();
        assert_eq!(
            stored,
            r#"{"templates":{"push":{"de":{"title":"Hallo"},"en":{"footer":"Bye","title":"Hello"}}}}"#
        );
        assert_eq!(
            serde_json::from_str::<TemplateSnapshot>(&stored).unwrap(),
            snapshot()
        );
        let newer = r#"{"templates": {}, "later": 1}"#;
        assert!(
            serde_json::from_str::<TemplateSnapshot>(newer)
                .unwrap()
                .is_empty()
        );
    }
}
