//! Publishing, returning to an earlier version, and removing one that waits.

use campanile_domain::{
    AuditAction, NotificationType, ShownVersion, TemplateLimits, TemplateSnapshot, TenantId,
    shared_type,
};
use campanile_fields::FieldCode;
use campanile_pipeline::{
    AuditEntry, Audited, Publication, Published, RollBack, RolledBack, TypeLook, Unscheduled,
    VersionLook,
};
use campanile_storage::Storage;
use chrono::{DateTime, TimeDelta, Utc};

use super::check::check_snapshot;
use super::limits::{in_use_too_large, type_too_large};
use super::versions::{NO_TYPE, NO_VERSION};
use super::{Announcer, Editor, TemplateError};

/// How often drafts are checked again because they changed meanwhile.
const TRIES: u32 = 5;

/// When and why.
#[derive(Debug, Clone, Default)]
pub struct PublishRequest {
    /// When; `None` is now.
    pub at: Option<DateTime<Utc>>,
    /// Why.
    pub comment: Option<String>,
}

/// To what, and why.
#[derive(Debug, Clone)]
pub struct RollBackRequest {
    /// The version.
    pub version: u64,
    /// Why.
    pub comment: Option<String>,
}

/// Publishes the drafts of a type. `seen` is the latest version that the editor has seen, if they say so.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn publish(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    request: PublishRequest,
    seen: Option<u64>,
    editor: Editor<'_>,
) -> Result<ShownVersion, TemplateError> {
    check_time(request.at, editor.now)?;
    let audited = Audited::new(
        storage,
        entry(editor, tenant, AuditAction::TemplatePublish, of),
    );
    for _ in 0..TRIES {
        let brand = match *of == shared_type() {
            true => storage.brand(tenant).await?,
            false => None,
        };
        let drafts = storage.template_drafts(tenant, Some(of)).await?;
        let variants = storage.template_variants(tenant, of).await?;
        let brand = brand.map(|stored| stored.brand);
        let snapshot = TemplateSnapshot::of(drafts, brand).with_variants(variants);
        let types = storage.template_types(tenant).await?;
        if !types.iter().any(|one| one.notification_type == *of) {
            return Err(TemplateError::NotFound(NO_TYPE));
        }
        let in_use = types.into_iter();
        let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
        let in_use: Vec<_> = in_use.collect();
        if let Some(bytes) = snapshot.excess() {
            return Err(type_too_large(bytes));
        }
        check_snapshot(storage, tenant, of, &snapshot, &in_use).await?;
        let publication = Publication {
            notification_type: of.clone(),
            snapshot,
            in_use,
            at: request.at,
            comment: request.comment.clone(),
            seen,
            by: editor.name.to_owned(),
            now: editor.now,
        };
        match campanile_pipeline::publish(&audited, tenant, publication).await? {
            Published::Version(shown) => {
                announcer.changed();
                return Ok(shown);
            }
            Published::Unchanged(shown) => return Ok(shown),
            Published::Changed => {}
            Published::NoDraft => return Err(TemplateError::NoDraft),
            Published::Outdated { latest } => {
                return Err(TemplateError::PreconditionFailed(Some(latest)));
            }
            Published::TooLarge(bytes) => return Err(in_use_too_large(bytes)),
            Published::TooManyScheduled => {
                let most = TemplateLimits::SCHEDULED;
                let detail =
                    format!("{most} versions of the type wait for their time; that is the maximum");
                return Err(TemplateError::field(
                    "/publish_at",
                    FieldCode::TooMany,
                    detail,
                ));
            }
        }
    }
    Err(TemplateError::Busy)
}

fn check_time(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), TemplateError> {
    let Some(at) = at else { return Ok(()) };
    let latest = now + TimeDelta::days(TemplateLimits::SCHEDULE_DAYS);
    if at <= now || at > latest {
        let detail = "must be in the future and at most a year from now";
        return Err(TemplateError::field(
            "/publish_at",
            FieldCode::OutOfRange,
            detail,
        ));
    }
    Ok(())
}

/// Publishes what an earlier version holds as a new version.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn roll_back(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    request: RollBackRequest,
    seen: Option<u64>,
    editor: Editor<'_>,
) -> Result<ShownVersion, TemplateError> {
    let to = RollBack {
        notification_type: of.clone(),
        version: request.version,
        comment: request.comment,
        seen,
        by: editor.name.to_owned(),
        now: editor.now,
    };
    let audited = Audited::new(
        storage,
        entry(editor, tenant, AuditAction::TemplateRollBack, of),
    );
    match campanile_pipeline::roll_back(&audited, tenant, to).await? {
        RolledBack::Version(shown) => {
            announcer.changed();
            Ok(shown)
        }
        RolledBack::TooLarge(bytes) => Err(in_use_too_large(bytes)),
        RolledBack::NoVersion => Err(TemplateError::NotFound(NO_VERSION)),
        RolledBack::Outdated { latest } => Err(TemplateError::PreconditionFailed(Some(latest))),
    }
}

/// Gives a type back to the built-in words: takes its version out of use and removes its drafts and the versions that
/// wait for their time. Versions that were published stay, and so does the schema.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn retire(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    editor: Editor<'_>,
) -> Result<(), TemplateError> {
    if *of == shared_type() {
        let detail = "_shared belongs to the templates of all types; remove its drafts instead";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    let audited = Audited::new(
        storage,
        entry(editor, tenant, AuditAction::TemplateRetire, of),
    );
    if !campanile_pipeline::retire(&audited, tenant, of).await? {
        return Err(TemplateError::NotFound(NO_TYPE));
    }
    announcer.changed();
    Ok(())
}

/// Removes a version that waits for its time.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn unschedule(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    editor: Editor<'_>,
) -> Result<(), TemplateError> {
    let target = format!("template/{of}/versions/{version}");
    let entry = editor.entry(tenant, AuditAction::TemplateUnschedule, target);
    let audited = Audited::new(storage, entry.looking(VersionLook(of.clone(), version)));
    match campanile_pipeline::unschedule(&audited, tenant, of, version).await? {
        Unscheduled::Removed => Ok(()),
        Unscheduled::NoVersion => Err(TemplateError::NotFound(NO_VERSION)),
        Unscheduled::Published => Err(TemplateError::AlreadyPublished),
    }
}

fn entry(
    editor: Editor<'_>,
    tenant: &TenantId,
    action: AuditAction,
    of: &NotificationType,
) -> AuditEntry {
    let entry = editor.entry(tenant, action, format!("template/{of}"));
    entry.looking(TypeLook(of.clone()))
}
