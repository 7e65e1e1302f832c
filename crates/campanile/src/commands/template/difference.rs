//! What a folder would change.

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::{
    BoundedLocales, Brand, Precondition, TemplateDraft, TemplateKey, TemplateParts, VariantDraft,
    VariantKey,
};
use campanile_storage::StoredBrand;
use serde_json::json;

use super::files::{Files, VariantWords, file_of, file_of_brand, file_of_variant, file_of_weight};
use super::lines::changed_lines;

/// A template that differs.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    pub(super) key: TemplateKey,
    /// What is stored; empty where there is no draft.
    pub(super) from: TemplateParts,
    /// What the folder has; empty where it has no file.
    pub(super) to: TemplateParts,
    pub(super) seen: Precondition,
}

/// A variant that differs.
#[derive(Debug, PartialEq)]
pub(super) struct VariantChange {
    pub(super) key: VariantKey,
    /// What is stored, if it is.
    pub(super) from: Option<VariantWords>,
    /// What the folder has, if it has files of it.
    pub(super) to: Option<VariantWords>,
    pub(super) seen: Precondition,
}

impl VariantChange {
    /// By how much more of the readers it takes.
    pub(super) fn more(&self) -> i16 {
        let weight = |side: &Option<VariantWords>| side.as_ref().map_or(0, |(weight, _)| *weight);
        i16::from(weight(&self.to)) - i16::from(weight(&self.from))
    }
}

/// What is stored.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) drafts: Vec<TemplateDraft>,
    /// Of the types that the folder has.
    pub(super) variants: Vec<VariantDraft>,
    pub(super) brand: Option<StoredBrand>,
}

/// Everything that differs.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Difference {
    pub(super) changes: Vec<Change>,
    pub(super) variants: Vec<VariantChange>,
    pub(super) brand: Option<(Option<Brand>, Brand, Precondition)>,
}

impl Difference {
    /// Between what is stored and a folder. With `prune`, drafts and variants without files differ too.
    pub(super) fn between(what: Stored, files: Files, prune: bool) -> Self {
        let Stored {
            drafts,
            variants,
            brand,
        } = what;
        let mut stored: BTreeMap<TemplateKey, TemplateDraft> = BTreeMap::new();
        stored.extend(drafts.into_iter().map(|draft| (draft.key.clone(), draft)));
        let mut changes = Vec::new();
        for (key, to) in files.templates {
            let draft = stored.remove(&key);
            let seen = seen(draft.as_ref().map(|draft| draft.revision));
            let from = draft.map(|draft| draft.parts).unwrap_or_default();
            if from != to {
                changes.push(Change {
                    key,
                    from,
                    to,
                    seen,
                });
            }
        }
        let left = stored.into_values().filter(|_| prune);
        let gone = left.filter(|draft| files.types.contains(&draft.key.notification_type));
        changes.extend(gone.map(|draft| Change {
            seen: Precondition::Revision(draft.revision),
            key: draft.key,
            from: draft.parts,
            to: TemplateParts::new(),
        }));
        let revision = brand.as_ref().map(|stored| stored.revision);
        let from = brand.map(|stored| stored.brand);
        let to = files.brand.filter(|to| from.as_ref() != Some(to));
        Self {
            changes,
            variants: changed_variants(variants, files.variants, prune),
            brand: to.map(|to| (from, to, seen(revision))),
        }
    }

    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.variants.is_empty() && self.brand.is_none()
    }

    /// As `diff -u` writes it; a file of each part.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut add = |file: &std::path::Path, from: Option<&str>, to: Option<&str>| {
            let name = |side: &str, source: Option<&str>| match source {
                Some(_) => format!("{side}/{}", file.display()),
                None => "/dev/null".to_owned(),
            };
            text.push_str(&format!(
                "--- {}\n+++ {}\n",
                name("stored", from),
                name("folder", to)
            ));
            text.push_str(&changed_lines(
                from.unwrap_or_default(),
                to.unwrap_or_default(),
            ));
        };
        for change in &self.changes {
            let names = change.from.keys().chain(change.to.keys());
            let names: BTreeSet<_> = names.collect();
            for part in names {
                let (from, to) = (change.from.get(part), change.to.get(part));
                if from != to {
                    let file = file_of(&change.key, part);
                    add(&file, from.map(String::as_str), to.map(String::as_str));
                }
            }
        }
        for change in &self.variants {
            let key = &change.key;
            let sides = [&change.from, &change.to].map(|side| side.as_ref());
            let weights = sides.map(|side| side.map(|(weight, _)| weight.to_string()));
            if weights[0] != weights[1] {
                let [from, to] = &weights;
                add(&file_of_weight(key), from.as_deref(), to.as_deref());
            }
            let sources = sides.map(|side| side.map(|(_, locales)| places(locales)));
            let [from, to] = sources.map(Option::unwrap_or_default);
            let names: BTreeSet<_> = from.keys().chain(to.keys()).collect();
            for name @ (locale, part) in names {
                let (from, to) = (from.get(name).copied(), to.get(name).copied());
                if from != to {
                    add(&file_of_variant(key, locale, part), from, to);
                }
            }
        }
        if let Some((from, to, _)) = &self.brand {
            let from = from.as_ref().map(brand_text);
            add(&file_of_brand(), from.as_deref(), Some(&brand_text(to)));
        }
        text
    }
}

fn changed_variants(
    stored: Vec<VariantDraft>,
    files: BTreeMap<VariantKey, VariantWords>,
    prune: bool,
) -> Vec<VariantChange> {
    let mut changes = Vec::new();
    let mut left: BTreeMap<VariantKey, VariantDraft> = BTreeMap::new();
    left.extend(stored.into_iter().map(|one| (one.key.clone(), one)));
    for (key, to) in files {
        let draft = left.remove(&key);
        let seen = seen(draft.as_ref().map(|draft| draft.revision));
        let from = draft.map(|draft| (draft.weight, draft.templates));
        if from.as_ref() != Some(&to) {
            changes.push(VariantChange {
                key,
                from,
                to: Some(to),
                seen,
            });
        }
    }
    let gone = left.into_values().filter(|_| prune);
    changes.extend(gone.map(|draft| VariantChange {
        seen: Precondition::Revision(draft.revision),
        key: draft.key,
        from: Some((draft.weight, draft.templates)),
        to: None,
    }));
    changes
}

/// Sources by locale and part.
fn places(locales: &BoundedLocales) -> BTreeMap<(&str, &str), &str> {
    let all = locales.iter().flat_map(|(locale, parts)| {
        let parts = parts.iter();
        parts.map(move |(part, source)| ((locale.as_str(), part.as_str()), source.as_str()))
    });
    all.collect()
}

/// The brand as its file has it.
pub(super) fn brand_text(brand: &Brand) -> String {
    format!("{:#}", json!(brand))
}

fn seen(revision: Option<u64>) -> Precondition {
    revision.map_or(Precondition::Absent, Precondition::Revision)
}
