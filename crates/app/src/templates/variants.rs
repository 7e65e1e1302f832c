//! Variants of a type's templates: saved, removed, shown with what became of each, and promoted.

use std::collections::BTreeMap;

use campanile_domain::{
    AuditAction, BoundedLocales, CONTROL, Channel, NotificationType, Precondition, ShownVersion,
    TemplateLimits, TemplateSnapshot, TenantId, TrialResults, VariantDraft, VariantKey,
    canonical_locale, is_variant_name, shared_type,
};
use campanile_fields::kinds::{lines, map_of, one_of, optional, parsed, required, text, whole};
use campanile_fields::{
    FieldCode, FieldError, FieldErrors, Fields, JsonText, escaped, request_body,
};
use campanile_pipeline::{
    AuditEntry, Audited, Promoted, Promotion, SaveVariant, TypeLook, VariantLook, VariantSaved,
};
use campanile_storage::Storage;

use super::check::check_variant;
use super::limits::{drafts_too_large, type_too_large};
use super::versions::NO_TYPE;
use super::{Announcer, Editor, TemplateError};

/// What is said where there is none.
const NO_VARIANT: &str = "Variant not found";
/// Parts in a body, as of a draft.
const PARTS: usize = 32;

request_body! {
    /// Other words for some of a channel's readers.
    pub struct VariantBody as VariantRequest {
        /// Its share of readers in percent. What all variants of a channel leave reads the template itself.
        #[example(50)]
        weight: u32 = required(whole(1..=99)),
        /// The sources that differ from the template, by locale and part. Only readers whose locale every variant of the
        /// channel has take part.
        #[example({"en": {"title": "{{ content.order_id }} is on its way"}})]
        templates: BTreeMap<String, BTreeMap<String, String>> =
            required(map_of(TemplateLimits::LOCALES, map_of(PARTS, lines(TemplateLimits::PART_BYTES)))),
    }
}

request_body! {
    /// The variant that becomes the template itself.
    pub struct PromoteBody as PromoteRequest {
        /// The channel.
        #[example("push")]
        channel: Channel = required(one_of::<Channel>()),
        /// The variant; `control` keeps the template as it is and ends the comparison.
        #[example("short")]
        variant: String = required(parsed(variant_or_control).length(1..=32)),
        /// Why, for other editors.
        comment: String = optional(text(TemplateLimits::COMMENT_BYTES)),
    }
}

fn variant_or_control(name: &str) -> Result<String, &'static str> {
    match name == CONTROL || is_variant_name(name) {
        true => Ok(name.to_owned()),
        false => Err("must be 1 to 32 of the characters a-z, 0-9, _ and -"),
    }
}

/// A valid variant.
#[derive(Debug)]
pub struct VariantRequest {
    /// Its share of readers in percent.
    pub weight: u8,
    /// What differs, by locale in its canonical spelling.
    pub templates: BoundedLocales,
}

/// A valid request to promote a variant.
#[derive(Debug)]
pub struct PromoteRequest {
    /// The channel.
    pub channel: Channel,
    /// The variant.
    pub variant: String,
    /// Why.
    pub comment: Option<String>,
}

/// Reads a variant.
///
/// # Errors
/// Every invalid field.
pub fn read_variant(body: &JsonText) -> Result<VariantRequest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = VariantBody::read(&mut fields);
    let mut wrong = FieldErrors::default();
    let mut templates = BoundedLocales::new();
    for (locale, parts) in read.templates.clone().unwrap_or_default() {
        let field = format!("/templates/{}", escaped(&locale));
        match canonical_locale(&locale) {
            Err(error) => wrong.push(FieldError::new(field, FieldCode::Invalid, error.0)),
            Ok(locale) if templates.contains_key(&locale) => {
                let detail = format!("{locale} is named twice");
                wrong.push(FieldError::new(field, FieldCode::Contradictory, detail));
            }
            Ok(locale) => {
                templates.insert(locale, parts);
            }
        }
    }
    let request = fields.finish_with(|| {
        read.templates.as_ref()?;
        Some(VariantRequest {
            weight: u8::try_from(read.weight?).ok()?,
            templates,
        })
    })?;
    if wrong.is_empty() && request.templates.is_empty() {
        let detail = "must have the sources of one locale at least";
        wrong.push(FieldError::new("/templates", FieldCode::Required, detail));
    }
    match wrong.is_empty() {
        true => Ok(request),
        false => Err(wrong),
    }
}

/// Reads which variant is promoted.
///
/// # Errors
/// Every invalid field.
pub fn read_promotion(body: &JsonText) -> Result<PromoteRequest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PromoteBody::read(&mut fields);
    fields.finish_with(|| {
        Some(PromoteRequest {
            channel: read.channel?,
            variant: read.variant?,
            comment: read.comment,
        })
    })
}

/// The variants of a type that are being edited.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn variants(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<VariantDraft>, TemplateError> {
    let found = storage.template_type(tenant, of).await?;
    found.ok_or(TemplateError::NotFound(NO_TYPE))?;
    Ok(storage.template_variants(tenant, of).await?)
}

/// Saves a variant as a draft. Messages use it when its type is published next.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn save_variant(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: VariantKey,
    request: VariantRequest,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<VariantDraft, TemplateError> {
    if key.notification_type == shared_type() {
        let detail = "_shared holds what templates include; compare the templates of a type";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    check_variant(storage, tenant, &key, &request.templates).await?;
    let audited = Audited::new(
        storage,
        entry(editor, tenant, AuditAction::VariantSave, &key),
    );
    let save = SaveVariant {
        key,
        weight: request.weight,
        templates: request.templates,
        seen,
        by: editor.name.to_owned(),
        now: editor.now,
    };
    match campanile_pipeline::save_variant(&audited, tenant, save).await? {
        VariantSaved::Stored(draft) => Ok(draft),
        VariantSaved::Refused(refusal, current) => Err(TemplateError::refused(refusal, current)),
        VariantSaved::NoTemplate(locale) => Err(no_template(&locale)),
        VariantSaved::TooMany => {
            let most = TemplateLimits::VARIANTS;
            let detail = format!("the channel has {most} variants; that is the maximum");
            Err(TemplateError::field("", FieldCode::TooMany, detail))
        }
        VariantSaved::TooHeavy(percent) => {
            let detail = format!(
                "all variants of the channel would have {percent} percent of its readers; 99 at most, so that some \
                 read the template itself"
            );
            Err(TemplateError::field(
                "/weight",
                FieldCode::OutOfRange,
                detail,
            ))
        }
        VariantSaved::TypeTooLarge(bytes) => Err(type_too_large(bytes)),
        VariantSaved::TenantTooLarge(bytes) => Err(drafts_too_large(bytes)),
    }
}

/// There is nothing to compare a variant with.
pub(super) fn no_template(locale: &str) -> TemplateError {
    let field = format!("/templates/{}", escaped(locale));
    let detail = "the channel has no template in this locale; save one first";
    TemplateError::field(&field, FieldCode::UnknownValue, detail)
}

/// Removes the draft of a variant. The version in use stays until its type is published again.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn remove_variant(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: &VariantKey,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<(), TemplateError> {
    let audited = Audited::new(
        storage,
        entry(editor, tenant, AuditAction::VariantRemove, key),
    );
    let removed = campanile_pipeline::remove_variant(&audited, tenant, key, seen).await?;
    match removed {
        None => Err(TemplateError::NotFound(NO_VARIANT)),
        Some(Ok(())) => Ok(()),
        Some(Err(refusal)) => Err(TemplateError::refused(refusal, None)),
    }
}

/// What the version in use compares in a channel, and what has come of it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownTrial {
    /// The channel.
    pub channel: Channel,
    /// The locales whose readers take part.
    pub locales: Vec<String>,
    /// What became of each variant.
    pub results: TrialResults,
}

/// What the version in use of a type compares.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn results(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<ShownTrial>, TemplateError> {
    let one = storage.template_type(tenant, of).await?;
    let one = one.ok_or(TemplateError::NotFound(NO_TYPE))?;
    let Some(current) = one.current_version else {
        return Ok(Vec::new());
    };
    let version = storage.template_version(tenant, of, current).await?;
    let snapshot = version.map(|version| version.snapshot).unwrap_or_default();
    if snapshot.trials.is_empty() {
        return Ok(Vec::new());
    }
    let running = snapshot.trials.iter();
    let running: Vec<_> = running
        .map(|(channel, trial)| (*channel, trial.number))
        .collect();
    let counts = storage.variant_counts(tenant, of, &running).await?;
    let TemplateSnapshot {
        templates, trials, ..
    } = snapshot;
    let shown = trials.into_iter().map(|(channel, trial)| {
        let locales = templates.get(&channel).into_iter().flat_map(BTreeMap::keys);
        let of_channel = counts.iter().filter(|one| one.channel == channel);
        let of_channel: Vec<_> = of_channel.cloned().collect();
        ShownTrial {
            channel,
            locales: locales
                .filter(|locale| trial.has(locale))
                .cloned()
                .collect(),
            results: TrialResults::of(channel, &trial, &of_channel),
        }
    });
    Ok(shown.collect())
}

/// Makes a variant of the version in use the template itself, in a new version.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn promote(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    request: PromoteRequest,
    seen: Option<u64>,
    editor: Editor<'_>,
) -> Result<ShownVersion, TemplateError> {
    let entry = editor.entry(
        tenant,
        AuditAction::VariantPromote,
        format!("template/{of}"),
    );
    let audited = Audited::new(storage, entry.looking(TypeLook(of.clone())));
    let promotion = Promotion {
        notification_type: of.clone(),
        channel: request.channel,
        variant: request.variant,
        comment: request.comment,
        seen,
        by: editor.name.to_owned(),
        now: editor.now,
    };
    match campanile_pipeline::promote(&audited, tenant, promotion).await? {
        Promoted::Version(shown) => {
            announcer.changed();
            Ok(shown)
        }
        Promoted::NoVariant => Err(TemplateError::NotFound(NO_VARIANT)),
        Promoted::Outdated { latest } => Err(TemplateError::PreconditionFailed(Some(latest))),
    }
}

fn entry(
    editor: Editor<'_>,
    tenant: &TenantId,
    action: AuditAction,
    key: &VariantKey,
) -> AuditEntry {
    let (of, channel, variant) = (&key.notification_type, key.channel, &key.variant);
    let target = format!("template/{of}/{channel}/variants/{variant}");
    let entry = editor.entry(tenant, action, target);
    entry.looking(VariantLook(key.clone()))
}
