//! What a folder would change.

use std::collections::BTreeMap;

use campanile_domain::{Brand, Precondition, TemplateDraft, TemplateKey, TemplateParts};
use campanile_storage::StoredBrand;
use serde_json::json;

use super::files::{Files, file_of, file_of_brand};
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

/// Everything that differs.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Difference {
    pub(super) changes: Vec<Change>,
    pub(super) brand: Option<(Option<Brand>, Brand, Precondition)>,
}

impl Difference {
    /// Between what is stored and a folder. With `prune`, drafts without files differ too.
    pub(super) fn between(
        drafts: Vec<TemplateDraft>,
        brand: Option<StoredBrand>,
        files: Files,
        prune: bool,
    ) -> Self {
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
            brand: to.map(|to| (from, to, seen(revision))),
        }
    }

    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.brand.is_none()
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
            let names: std::collections::BTreeSet<_> = names.collect();
            for part in names {
                let (from, to) = (change.from.get(part), change.to.get(part));
                if from != to {
                    let file = file_of(&change.key, part);
                    add(&file, from.map(String::as_str), to.map(String::as_str));
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

/// The brand as its file has it.
pub(super) fn brand_text(brand: &Brand) -> String {
    format!("{:#}", json!(brand))
}

fn seen(revision: Option<u64>) -> Precondition {
    revision.map_or(Precondition::Absent, Precondition::Revision)
}
