//! Whether what an editor writes can be used.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_domain::{
    BoundedLocales, Channel, LinkScheme, NotificationType, PartFlaw, PartFlawKind, TemplateKey,
    TemplateParts, TemplateSnapshot, TenantId, VariantKey, overlaid, part_flaws, part_names,
    shared_type,
};
use campanile_fields::{FieldCode, FieldError, FieldErrors, escaped};
use campanile_storage::Storage;
use campanile_templates::{
    Compiled, Fault, PartSources, Source, TemplateKind, compile, locale_chain,
};
use campanile_wording::template_kind;

use super::TemplateError;
use super::variants::no_template;
use super::workshop::apart;

/// Checks the parts of a draft, with the layouts and partials that are being edited.
pub(super) async fn check_draft(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: &TemplateKey,
    parts: &TemplateParts,
) -> Result<(), TemplateError> {
    if part_names(key.channel).is_empty() {
        let detail = "a webhook carries the texts of in_app and has no templates";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    let shared = shared_type();
    let errors = names_and_sizes(key.channel, key.notification_type == shared, parts);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let drafts = storage.template_drafts(tenant, Some(&shared)).await?;
    let mut with = TemplateSnapshot::of(drafts, None);
    let schemes = link_schemes(storage, tenant).await?;
    let (key, parts) = (key.clone(), parts.clone());
    let faults = apart(tenant, move || {
        let (channel, locale) = (key.channel, key.locale.as_str());
        if key.notification_type == shared {
            let locales = with.templates.entry(channel).or_default();
            locales.insert(locale.to_owned(), parts.clone());
            partial_faults(channel, locale, &parts, &with, &schemes)
        } else {
            let compiled = compiled(channel, locale, &parts, &with, &schemes);
            compiled.err().unwrap_or_default()
        }
    })
    .await?;
    refuse(faults, |part| format!("/parts/{}", escaped(part)))
}

/// Checks everything that a publication brings into use: the drafts of the type with what is in use of `_shared`; for
/// `_shared` what is in use of all other types, which will use its layouts and partials.
pub(super) async fn check_snapshot(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    snapshot: &TemplateSnapshot,
    in_use: &[(NotificationType, u64)],
) -> Result<(), TemplateError> {
    let shared = shared_type();
    let schemes = link_schemes(storage, tenant).await?;
    if *of != shared {
        let with = match in_use.iter().find(|(name, _)| *name == shared) {
            Some((_, version)) => held(storage, tenant, &shared, *version).await?,
            None => TemplateSnapshot::default(),
        };
        let (of, snapshot) = (of.clone(), snapshot.clone());
        return apart(tenant, move || check_all(&of, &snapshot, &with, &schemes)).await?;
    }
    let snapshot = Arc::new(snapshot.clone());
    for (name, version) in in_use.iter().filter(|(name, _)| *name != shared) {
        let uses = held(storage, tenant, name, *version).await?;
        let (name, snapshot, schemes) = (name.clone(), Arc::clone(&snapshot), schemes.clone());
        apart(tenant, move || check_all(&name, &uses, &snapshot, &schemes)).await??;
    }
    Ok(())
}

fn check_all(
    of: &NotificationType,
    snapshot: &TemplateSnapshot,
    with: &TemplateSnapshot,
    schemes: &[String],
) -> Result<(), TemplateError> {
    for (channel, locales) in &snapshot.templates {
        for (locale, parts) in locales {
            let compiled = compiled(*channel, locale, parts, with, schemes);
            let faults = compiled.err().unwrap_or_default();
            refuse(faults, |part| {
                format!("/{of}/{channel}/{locale}/{}", escaped(part))
            })?;
        }
    }
    for (channel, trial) in &snapshot.trials {
        for (name, variant) in &trial.variants {
            for (locale, parts) in &variant.templates {
                let field = format!("/{of}/{channel}/variants/{name}/{locale}");
                let template = snapshot.templates.get(channel);
                let Some(template) = template.and_then(|locales| locales.get(locale)) else {
                    let detail = "the channel has no template in this locale to compare with";
                    return Err(TemplateError::field(
                        &field,
                        FieldCode::UnknownValue,
                        detail,
                    ));
                };
                let parts = overlaid(template, parts);
                let compiled = compiled(*channel, locale, &parts, with, schemes);
                let faults = compiled.err().unwrap_or_default();
                refuse(faults, |part| format!("{field}/{}", escaped(part)))?;
            }
        }
    }
    Ok(())
}

/// Checks a variant with the template that it differs from, and with the layouts and partials that are being edited.
pub(super) async fn check_variant(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: &VariantKey,
    templates: &BoundedLocales,
) -> Result<(), TemplateError> {
    let channel = key.channel;
    if part_names(channel).is_empty() {
        let detail = "a webhook carries the texts of in_app and has no templates";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    let mut errors = FieldErrors::default();
    for (locale, parts) in templates {
        for error in names_and_sizes(channel, false, parts).iter() {
            let part = error.field.trim_start_matches("/parts");
            let field = format!("/templates/{}{part}", escaped(locale));
            errors.push(FieldError::new(field, error.code, error.detail.clone()));
        }
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let of = &key.notification_type;
    let drafts = storage.template_drafts(tenant, Some(of)).await?;
    let own = TemplateSnapshot::of(drafts, None);
    let mut merged = Vec::new();
    for (locale, parts) in templates {
        let template = own.templates.get(&channel);
        let Some(template) = template.and_then(|locales| locales.get(locale)) else {
            return Err(no_template(locale));
        };
        merged.push((locale.clone(), overlaid(template, parts)));
    }
    let shared = storage
        .template_drafts(tenant, Some(&shared_type()))
        .await?;
    let with = TemplateSnapshot::of(shared, None);
    let schemes = link_schemes(storage, tenant).await?;
    let faults = apart(tenant, move || {
        let faulty = merged.into_iter().find_map(|(locale, parts)| {
            let faults = compiled(channel, &locale, &parts, &with, &schemes).err()?;
            Some((locale, faults))
        });
        faulty.unwrap_or_default()
    });
    let (locale, faults) = faults.await?;
    refuse(faults, |part| {
        format!("/templates/{}/{}", escaped(&locale), escaped(part))
    })
}

async fn held(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<TemplateSnapshot, TemplateError> {
    let found = storage.template_version(tenant, of, version).await?;
    Ok(found.map(|found| found.snapshot).unwrap_or_default())
}

/// The schemes that links of the tenant may have besides https.
pub(super) async fn link_schemes(
    storage: &dyn Storage,
    tenant: &TenantId,
) -> Result<Vec<String>, TemplateError> {
    let found = storage.tenant(tenant).await?;
    let schemes = found.map(|tenant| tenant.link_schemes).unwrap_or_default();
    Ok(schemes
        .iter()
        .map(LinkScheme::as_str)
        .map(str::to_owned)
        .collect())
}

/// Compiles a template with layouts and partials.
pub(super) fn compiled(
    channel: Channel,
    locale: &str,
    parts: &TemplateParts,
    with: &TemplateSnapshot,
    schemes: &[String],
) -> Result<Compiled, Vec<Fault>> {
    let partials = with.partials(channel, &locale_chain(None, Some(locale), None));
    compile(Source {
        kind: template_kind(channel),
        locale,
        parts: &PartSources(parts.clone()),
        partials: &partials,
        layouts: &partials,
        link_schemes: schemes,
    })
}

/// A partial alone is a text: what it is put into shows the rest.
fn partial_faults(
    channel: Channel,
    locale: &str,
    parts: &TemplateParts,
    with: &TemplateSnapshot,
    schemes: &[String],
) -> Vec<Fault> {
    let partials = with.partials(channel, &locale_chain(None, Some(locale), None));
    let faults = parts.iter().filter_map(|(name, source)| {
        let text = BTreeMap::from([("text".to_owned(), source.clone())]);
        let compiled = compile(Source {
            kind: TemplateKind::Text,
            locale,
            parts: &PartSources(text),
            partials: &partials,
            layouts: &partials,
            link_schemes: schemes,
        });
        let own = |fault: Fault| match fault.part.as_str() {
            "text" => Fault {
                part: name.clone(),
                ..fault
            },
            _ => fault,
        };
        Some(compiled.err()?.into_iter().map(own).collect::<Vec<_>>())
    });
    faults.flatten().collect()
}

fn refuse(faults: Vec<Fault>, field: impl Fn(&str) -> String) -> Result<(), TemplateError> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut errors = FieldErrors::default();
    for fault in faults {
        let detail = format!(
            "line {}, column {}: {}",
            fault.line, fault.column, fault.message
        );
        errors.push(FieldError::new(
            field(&fault.part),
            FieldCode::Invalid,
            detail,
        ));
    }
    Err(errors.into())
}

fn names_and_sizes(channel: Channel, is_shared: bool, parts: &TemplateParts) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for flaw in part_flaws(channel, is_shared, parts) {
        let PartFlaw { part, kind, detail } = flaw;
        let field = part.map_or_else(
            || "/parts".to_owned(),
            |part| format!("/parts/{}", escaped(&part)),
        );
        errors.push(FieldError::new(field, code(kind), detail));
    }
    errors
}

const fn code(kind: PartFlawKind) -> FieldCode {
    match kind {
        PartFlawKind::Unknown => FieldCode::UnknownField,
        PartFlawKind::None => FieldCode::Required,
        PartFlawKind::TooMany | PartFlawKind::TooLong => FieldCode::TooLong,
        PartFlawKind::Contradictory => FieldCode::Contradictory,
        PartFlawKind::Name => FieldCode::Invalid,
    }
}
