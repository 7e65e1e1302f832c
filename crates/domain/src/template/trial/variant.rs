//! Variants: other words for some of a channel's readers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::template::{BoundedLocales, TemplateParts};
use crate::{Channel, NotificationType};

/// The name of the template itself among its variants.
pub const CONTROL: &str = "control";

/// A comparison that a version makes in one channel. Stored within the version, so fields are only ever added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// The version that began it. Results are counted by it, and go on in later versions that compare the same. 0 in
    /// drafts.
    pub number: u64,
    /// The variants beside the template itself.
    pub variants: BTreeMap<String, TrialVariant>,
}

/// A variant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrialVariant {
    /// Its share of readers in percent.
    pub weight: u8,
    /// Its readers have the words of the template itself, and are not counted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// What differs, by locale. Parts that it lacks are those of the template itself.
    pub templates: BoundedLocales,
}

impl Trial {
    /// The share of readers of the template itself, in percent.
    pub fn control_weight(&self) -> u8 {
        let weights = self.variants.values().map(|variant| variant.weight);
        100_u8.saturating_sub(weights.fold(0, u8::saturating_add))
    }

    /// Whether readers of this locale take part: every variant has words in it.
    pub fn has(&self, locale: &str) -> bool {
        let mut variants = self.variants.values();
        variants.all(|variant| variant.templates.contains_key(locale))
    }

    /// Whether it compares the same: another share alone would make it another comparison, too.
    pub fn is_like(&self, other: &Self) -> bool {
        let bare = |trial: &Self| -> BTreeMap<String, (u8, BoundedLocales)> {
            let variants = trial.variants.iter();
            variants
                .map(|(name, one)| (name.clone(), (one.weight, one.templates.clone())))
                .collect()
        };
        bare(self) == bare(other)
    }
}

/// The parts of a template with those of a variant in their places. `html` and `mjml` take each other's place.
pub fn overlaid(template: &TemplateParts, variant: &TemplateParts) -> TemplateParts {
    let mut parts = template.clone();
    if variant.contains_key("html") || variant.contains_key("mjml") {
        parts.remove("html");
        parts.remove("mjml");
    }
    parts.extend(variant.clone());
    parts
}

/// Whether a text can name a variant: `[a-z0-9_-]{1,32}`, but not that of the template itself.
pub fn is_variant_name(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
    (1..=32).contains(&text.len()) && text.bytes().all(is_allowed) && text != CONTROL
}

/// Which variant is edited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VariantKey {
    /// The type.
    pub notification_type: NotificationType,
    /// The channel.
    pub channel: Channel,
    /// Its name.
    pub variant: String,
}

/// A variant that is being edited. It stays when it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantDraft {
    /// Which one.
    pub key: VariantKey,
    /// Its share of readers in percent, 1 to 99.
    pub weight: u8,
    /// What differs, by locale.
    pub templates: BoundedLocales,
    /// Raised by each change.
    pub revision: u64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(of: &[(&str, &str)]) -> TemplateParts {
        let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
        of.iter().map(own).collect()
    }

    #[test]
    fn a_variant_changes_what_it_has() {
        let template = parts(&[("subject", "a"), ("html", "b"), ("text", "c")]);
        let with = |variant: &[(&str, &str)]| overlaid(&template, &parts(variant));
        let expected = parts(&[("subject", "z"), ("html", "b"), ("text", "c")]);
        assert_eq!(with(&[("subject", "z")]), expected);
        let expected = parts(&[("subject", "a"), ("mjml", "z"), ("text", "c")]);
        assert_eq!(with(&[("mjml", "z")]), expected);
    }

    #[test]
    fn names_are_short_and_do_not_mean_the_template() {
        for (name, expected) in [
            ("short", true),
            ("b-2_x", true),
            ("", false),
            ("control", false),
            ("Short", false),
            ("a b", false),
        ] {
            assert_eq!(is_variant_name(name), expected, "{name:?}");
        }
        assert!(!is_variant_name(&"a".repeat(33)));
    }

    #[test]
    fn readers_take_part_where_every_variant_has_their_language() {
        let variant = |locales: &[&str]| TrialVariant {
            weight: 20,
            stopped: false,
            templates: locales
                .iter()
                .map(|locale| ((*locale).to_owned(), parts(&[("title", "x")])))
                .collect(),
        };
        let trial = Trial {
            number: 1,
            variants: [
                ("a".to_owned(), variant(&["en", "de"])),
                ("b".to_owned(), variant(&["en"])),
            ]
            .into(),
        };
        assert!(trial.has("en") && !trial.has("de") && !trial.has("fr"));
        assert_eq!(trial.control_weight(), 60);
    }
}
