//! Files become drafts.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use campanile_app::templates::{self, Announcer, Editor, PublishRequest, VariantRequest};
use campanile_domain::{NotificationType, TenantId, shared_type};
use campanile_storage::Storage;

use super::difference::{Difference, Stored, VariantChange};
use super::files::Files;
use super::{differs, explained, told};
use crate::cli::PushOptions;
use crate::wiring::print;

/// Prints what would change, and fails if anything would.
pub(super) async fn diff(
    storage: &dyn Storage,
    tenant: &TenantId,
    folder: &Path,
) -> anyhow::Result<()> {
    let difference = difference(storage, tenant, folder, true).await?;
    if difference.is_empty() {
        return Ok(());
    }
    print::line(difference.text().trim_end());
    differs()
}

async fn difference(
    storage: &dyn Storage,
    tenant: &TenantId,
    folder: &Path,
    prune: bool,
) -> anyhow::Result<Difference> {
    between(storage, tenant, Files::read(folder)?, prune).await
}

async fn between(
    storage: &dyn Storage,
    tenant: &TenantId,
    files: Files,
    prune: bool,
) -> anyhow::Result<Difference> {
    let mut stored = Stored {
        drafts: storage.template_drafts(tenant, None).await?,
        brand: storage.brand(tenant).await?,
        variants: Vec::new(),
    };
    for of in &files.types {
        let variants = storage.template_variants(tenant, of).await?;
        stored.variants.extend(variants);
    }
    Ok(Difference::between(stored, files, prune))
}

/// Saves what differs. Layouts and partials come first: what uses them is compiled with them.
pub(super) async fn push(
    storage: &dyn Storage,
    tenant: &TenantId,
    editor: Editor<'_>,
    options: PushOptions,
) -> anyhow::Result<()> {
    let files = Files::read(&options.folder)?;
    // All of the folder, and not only what is saved now: a run before that was cut off may have saved the rest.
    let mut types = files.types.clone();
    let mut difference = between(storage, tenant, files, options.prune).await?;
    if difference.is_empty() {
        print::line("nothing has changed");
    } else if options.dry_run {
        print::line(difference.text().trim_end());
    }
    if options.dry_run {
        return Ok(());
    }
    if let Some((_, brand, seen)) = difference.brand.take() {
        let saved = templates::save_brand(storage, tenant, brand, seen, editor).await;
        saved.map_err(explained).context("brand")?;
        types.insert(shared_type());
        print::line("saved the brand");
    }
    difference
        .changes
        .sort_by_key(|change| change.key.notification_type != shared_type());
    // Shares that others give up come first, so that no more than all is given away meanwhile, and new variants after
    // the templates that they differ from.
    difference.variants.sort_by_key(VariantChange::more);
    let variants = difference.variants.into_iter();
    let (kept, gone): (Vec<_>, Vec<_>) = variants.partition(|change| change.to.is_some());
    save_variants(storage, tenant, editor, gone).await?;
    for change in difference.changes {
        let key = change.key;
        let what = format!("{} {} {}", key.notification_type, key.channel, key.locale);
        types.insert(key.notification_type.clone());
        if change.to.is_empty() {
            let removed = templates::remove_draft(storage, tenant, &key, change.seen, editor).await;
            removed.map_err(explained).with_context(|| what.clone())?;
            print::line(format_args!("removed {what}"));
        } else {
            let saved = templates::save_draft(storage, tenant, key, change.to, change.seen, editor);
            saved
                .await
                .map_err(explained)
                .with_context(|| what.clone())?;
            print::line(format_args!("saved {what}"));
        }
    }
    save_variants(storage, tenant, editor, kept).await?;
    if options.publish {
        publish(storage, tenant, editor, types, options.comment).await?;
    }
    Ok(())
}

async fn save_variants(
    storage: &dyn Storage,
    tenant: &TenantId,
    editor: Editor<'_>,
    changes: Vec<VariantChange>,
) -> anyhow::Result<()> {
    for change in changes {
        let VariantChange { key, to, seen, .. } = change;
        let (of, channel, variant) = (&key.notification_type, key.channel, &key.variant);
        let what = format!("{of} {channel} variant {variant}");
        let done = match to {
            None => {
                let done = templates::remove_variant(storage, tenant, &key, seen, editor).await;
                done.map(|()| "removed")
            }
            Some((weight, templates)) => {
                let request = VariantRequest { weight, templates };
                let saved =
                    templates::save_variant(storage, tenant, key, request, seen, editor).await;
                saved.map(|_| "saved")
            }
        };
        let done = done.map_err(explained).with_context(|| what.clone())?;
        print::line(format_args!("{done} {what}"));
    }
    Ok(())
}

/// Publishes those types whose drafts differ from what is in use, `_shared` first.
async fn publish(
    storage: &dyn Storage,
    tenant: &TenantId,
    editor: Editor<'_>,
    types: BTreeSet<NotificationType>,
    comment: Option<String>,
) -> anyhow::Result<()> {
    let announcer = Announcer::silent();
    let heads = storage.template_draft_heads(tenant).await?;
    let has_brand = storage.brand(tenant).await?.is_some();
    let has_drafts = |of: &NotificationType| {
        let mut drafts = heads.iter().map(|head| &head.key.notification_type);
        drafts.any(|name| name == of) || *of == shared_type() && has_brand
    };
    let types = types.into_iter().filter(has_drafts);
    let (shared, others): (Vec<_>, Vec<_>) = types.partition(|of| *of == shared_type());
    for of in shared.into_iter().chain(others) {
        let before = storage.template_type(tenant, &of).await?;
        let before = before.and_then(|one| one.current_version);
        let request = PublishRequest {
            at: None,
            comment: comment.clone(),
        };
        let shown =
            templates::publish(storage, &announcer, tenant, &of, request, None, editor).await;
        let shown = shown.map_err(explained).with_context(|| of.to_string())?;
        if before != Some(shown.head.version) {
            print::line(told(&of, &shown));
        }
    }
    Ok(())
}
