//! Templates: drafts, the brand, versions, schemas.

mod drafts;
mod scheduled;
mod types;
mod versions;

use campanile_domain::{
    Channel, NotificationType, Precondition, TemplateKey, TemplateParts, TemplateSnapshot,
    TenantId, shared_type,
};
use campanile_pipeline::{DraftSaved, Publication, Published, SaveDraft, publish, save_draft};
use campanile_storage::Storage;
use chrono::{DateTime, Utc};

pub use self::drafts::{
    a_draft_is_saved_replaced_and_removed, drafts_are_bounded_together,
    no_revision_of_a_draft_is_used_twice, of_two_editors_at_once_one_is_refused,
};
pub use self::scheduled::{
    a_scheduled_version_does_not_undo_a_newer_one, a_scheduled_version_waits_for_its_time,
    due_versions_take_turns_and_those_that_fail_wait,
};
pub use self::types::{
    a_schema_is_set_and_removed, what_is_in_use_is_found_for_many_tenants_at_once,
};
pub use self::versions::{
    a_roll_back_is_a_new_version, a_type_is_retired_and_brought_back, a_version_never_changes,
    old_versions_are_forgotten, what_is_shared_makes_new_versions_of_all_in_use,
    what_was_not_checked_is_not_published,
};
use super::fixture::now;

fn kind(name: &str) -> NotificationType {
    NotificationType::parse(name).expect("a type")
}

fn key(of: &NotificationType, channel: Channel, locale: &str) -> TemplateKey {
    TemplateKey {
        notification_type: of.clone(),
        channel,
        locale: locale.to_owned(),
    }
}

fn parts(title: &str) -> TemplateParts {
    [("title".to_owned(), title.to_owned())].into()
}

async fn save(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: TemplateKey,
    title: &str,
    seen: Precondition,
) -> DraftSaved {
    let draft = SaveDraft {
        key,
        parts: parts(title),
        seen,
        by: "ann".into(),
        now: now(),
    };
    save_draft(storage, tenant, draft).await.expect("asked")
}

/// Saves a draft of `push` in English, whatever was there.
async fn draft(storage: &dyn Storage, tenant: &TenantId, of: &NotificationType, title: &str) {
    let key = key(of, Channel::Push, "en");
    for seen in [Precondition::Absent, Precondition::Exists] {
        if let DraftSaved::Stored(_) = save(storage, tenant, key.clone(), title, seen).await {
            return;
        }
    }
    panic!("{title} is not stored");
}

/// What publishing takes, as it stands.
async fn publication(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    at: Option<DateTime<Utc>>,
) -> Publication {
    let drafts = storage
        .template_drafts(tenant, Some(of))
        .await
        .expect("read");
    let brand = match *of == shared_type() {
        true => storage.brand(tenant).await.expect("read"),
        false => None,
    };
    let types = storage.template_types(tenant).await.expect("read");
    let in_use = types.into_iter();
    let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
    Publication {
        notification_type: of.clone(),
        snapshot: TemplateSnapshot::of(drafts, brand.map(|stored| stored.brand)),
        in_use: in_use.collect(),
        at,
        comment: Some("because".into()),
        seen: None,
        by: "ann".into(),
        now: now(),
    }
}

async fn published(storage: &dyn Storage, tenant: &TenantId, of: &NotificationType) -> Published {
    let publication = publication(storage, tenant, of, None).await;
    publish(storage, tenant, publication).await.expect("asked")
}

/// The version in use, and the title in it.
async fn current(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
) -> Option<(u64, String)> {
    let types = storage.template_types(tenant).await.expect("read");
    let one = types.into_iter().find(|one| one.notification_type == *of)?;
    let version = one.current_version?;
    let found = storage.template_version(tenant, of, version).await;
    let found = found.expect("read").expect("a current version is there");
    let title = &found.snapshot.templates[&Channel::Push]["en"]["title"];
    Some((version, title.clone()))
}
