//! What a version holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Brand, TemplateDraft, TemplateLimits, TemplateParts, Trial, TrialVariant, VariantCount,
    VariantDraft,
};
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
    /// What is compared, by channel.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub trials: BTreeMap<Channel, Trial>,
}

impl TemplateSnapshot {
    /// Of the drafts of one type.
    pub fn of(drafts: impl IntoIterator<Item = TemplateDraft>, brand: Option<Brand>) -> Self {
        let mut templates: BTreeMap<Channel, BoundedLocales> = BTreeMap::new();
        for draft in drafts {
            let locales = templates.entry(draft.key.channel).or_default();
            locales.insert(draft.key.locale, draft.parts);
        }
        Self {
            templates,
            brand,
            trials: BTreeMap::new(),
        }
    }

    /// With variants of its templates.
    #[must_use]
    pub fn with_variants(mut self, variants: impl IntoIterator<Item = VariantDraft>) -> Self {
        for one in variants {
            let trial = self.trials.entry(one.key.channel).or_default();
            let variant = TrialVariant {
                weight: one.weight,
                stopped: false,
                templates: one.templates,
            };
            trial.variants.insert(one.key.variant, variant);
        }
        self
    }

    /// As it is used after `after`: comparisons that are the same there go on, with what was stopped.
    #[must_use]
    pub fn going_on(mut self, after: Option<&Self>) -> Self {
        for (channel, trial) in &mut self.trials {
            let before = after.and_then(|after| {
                let before = after.trials.get(channel)?;
                let is_like = before.is_like(trial)
                    && after.templates.get(channel) == self.templates.get(channel);
                is_like.then_some(before)
            });
            if let Some(before) = before {
                trial.clone_from(before);
            }
        }
        self
    }

    /// As version `number` holds it: comparisons of drafts go on as in [`Self::going_on`], or begin with it.
    #[must_use]
    pub fn numbered(self, number: u64, after: Option<&Self>) -> Self {
        let mut numbered = self.going_on(after);
        for trial in numbered.trials.values_mut() {
            if trial.number == 0 {
                trial.number = number;
            }
        }
        numbered
    }

    /// Without the numbers and stops of comparisons, as drafts have none.
    #[must_use]
    pub fn unnumbered(mut self) -> Self {
        for trial in self.trials.values_mut() {
            trial.number = 0;
            let variants = trial.variants.values_mut();
            variants.for_each(|variant| variant.stopped = false);
        }
        self
    }

    /// Running variants that [certainly fail](Trial::failing), by channel, with what is to be said of each.
    pub fn failing_variants(&self, counts: &[VariantCount]) -> Vec<(Channel, String, String)> {
        let mut failing = Vec::new();
        for (channel, trial) in &self.trials {
            let of_channel = counts.iter().filter(|one| one.channel == *channel);
            let of_channel: Vec<_> = of_channel.cloned().collect();
            let own = trial.failing(&of_channel).into_iter();
            failing.extend(own.map(|(variant, why)| (*channel, variant, why)));
        }
        failing
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

    /// How many bytes it is as the drafts of a type; none without any draft.
    pub fn draft_bytes(&self) -> u64 {
        match self.is_empty() {
            true => 0,
            false => self.bytes() as u64,
        }
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

    /// All sources for a channel.
    pub fn sources(&self, channel: Channel) -> impl Iterator<Item = &str> {
        let own = self.templates.get(&channel).into_iter();
        let trial = self.trials.get(&channel).into_iter();
        let variants = trial.flat_map(|trial| trial.variants.values());
        let locales = own.chain(variants.map(|variant| &variant.templates));
        let parts = locales.flat_map(BTreeMap::values);
        parts.flat_map(|parts| parts.values().map(String::as_str))
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
            ..TemplateSnapshot::default()
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
