//! Drafts become files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use campanile_domain::{NotificationType, TenantId, shared_type};
use campanile_storage::Storage;

use super::difference::brand_text;
use super::files::{as_file, file_of, file_of_brand, file_of_variant, file_of_weight};
use crate::wiring::print;

pub(super) async fn pull(
    storage: &dyn Storage,
    tenant: &TenantId,
    folder: &Path,
    only: Option<&NotificationType>,
    force: bool,
) -> anyhow::Result<()> {
    let drafts = storage.template_drafts(tenant, only).await?;
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    let types: BTreeSet<_> = drafts
        .iter()
        .map(|draft| draft.key.notification_type.clone())
        .collect();
    for draft in drafts {
        for (part, source) in &draft.parts {
            files.push((folder.join(file_of(&draft.key, part)), as_file(source)));
        }
    }
    for of in &types {
        for variant in storage.template_variants(tenant, of).await? {
            let key = &variant.key;
            let weight = as_file(&variant.weight.to_string());
            files.push((folder.join(file_of_weight(key)), weight));
            for (locale, parts) in &variant.templates {
                for (part, source) in parts {
                    let file = file_of_variant(key, locale, part);
                    files.push((folder.join(file), as_file(source)));
                }
            }
        }
    }
    if only.is_none_or(|only| *only == shared_type())
        && let Some(stored) = storage.brand(tenant).await?
    {
        let text = as_file(&brand_text(&stored.brand));
        files.push((folder.join(file_of_brand()), text));
    }
    let differs = |path: &Path, text: &str| {
        let there = fs::read_to_string(path);
        there.is_ok_and(|there| there != text)
    };
    let changed: Vec<_> = files
        .iter()
        .filter(|(path, text)| differs(path, text))
        .collect();
    if let [first, ..] = &changed[..]
        && !force
    {
        bail!(
            "{} files differ, {} among them; nothing was written (--force overwrites them)",
            changed.len(),
            first.0.display()
        );
    }
    for (path, text) in &files {
        let whose = || format!("cannot write {}", path.display());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(whose)?;
        }
        fs::write(path, text).with_context(whose)?;
    }
    print::line(format_args!(
        "wrote {} files below {}",
        files.len(),
        folder.display()
    ));
    Ok(())
}
