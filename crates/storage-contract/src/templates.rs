//! Templates: drafts, the brand, versions, schemas.

use std::sync::Arc;

use campanile_domain::{
    Brand, Channel, ContentSchema, NotificationType, Precondition, PreconditionRefusal,
    ShownVersion, TemplateKey, TemplateLimits, TemplateParts, TemplateSnapshot, TenantId,
    VersionState, shared_type,
};
use campanile_pipeline::{
    BrandSaved, DraftSaved, DuePublished, Publication, Published, RollBack, RolledBack, SaveDraft,
    SchemaSaved, Unscheduled, publish, publish_due, put_off_due, remove_draft, retire, roll_back,
    save_brand, save_draft, save_schema, unschedule,
};
use campanile_storage::{DueTemplate, Storage, TypeInUse};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{now, tenants};

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

/// Drafts come back to their tenant as they were saved, and each change raises the revision.
pub async fn a_draft_is_saved_replaced_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, none) = (kind("order"), Precondition::None);
    let (en, de) = (key(&of, Channel::Push, "en"), key(&of, Channel::Push, "de"));
    let stored = save(storage, &acme, en.clone(), "Hi", none).await;
    let DraftSaved::Stored(first) = stored else {
        panic!("{stored:?}");
    };
    assert_eq!((first.revision, &*first.updated_by), (1, "ann"));
    let again = save(storage, &acme, en.clone(), "Ho", none).await;
    let required = DraftSaved::Refused(PreconditionRefusal::Required, Some(1));
    assert_eq!(again, required);
    let outdated = save(storage, &acme, en.clone(), "Ho", Precondition::Revision(7)).await;
    let failed = DraftSaved::Refused(PreconditionRefusal::Failed, Some(1));
    assert_eq!(outdated, failed);
    let stored = save(storage, &acme, en.clone(), "Ho", Precondition::Revision(1)).await;
    let DraftSaved::Stored(second) = stored else {
        panic!("{stored:?}");
    };
    save(storage, &acme, de.clone(), "Hallo", none).await;
    let listed = storage
        .template_drafts(&acme, Some(&of))
        .await
        .expect("read");
    let keys: Vec<_> = listed.iter().map(|draft| draft.key.clone()).collect();
    assert_eq!(keys, [de.clone(), en.clone()]);
    assert_eq!(listed[1], second);
    assert_eq!(
        (listed[1].revision, listed[1].parts.clone()),
        (2, parts("Ho"))
    );
    let all = storage.template_drafts(&acme, None).await.expect("read");
    assert_eq!(all, listed);
    assert_eq!(
        storage.template_drafts(&other, None).await.expect("read"),
        []
    );
    let stranger = remove_draft(storage, &other, &en, none)
        .await
        .expect("asked");
    assert_eq!(stranger, None);
    let late = remove_draft(storage, &acme, &en, Precondition::Revision(1)).await;
    assert_eq!(late.expect("asked"), Some(Err(PreconditionRefusal::Failed)));
    let done = remove_draft(storage, &acme, &en, none)
        .await
        .expect("asked");
    assert_eq!(done, Some(Ok(())));
    let listed = storage.template_drafts(&acme, None).await.expect("read");
    assert_eq!(listed.len(), 1);
}

/// Of two editors who save at the same moment, one is refused.
pub async fn of_two_editors_at_once_one_is_refused(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let of = kind("order");
    draft(storage.as_ref(), &acme, &of, "Hi").await;
    let seen = Precondition::Revision(1);
    let key = key(&of, Channel::Push, "en");
    let (one, two) = tokio::join!(
        save(storage.as_ref(), &acme, key.clone(), "one", seen),
        save(storage.as_ref(), &acme, key.clone(), "two", seen)
    );
    let stored = [&one, &two].map(|done| matches!(done, DraftSaved::Stored(_)));
    assert_ne!(stored[0], stored[1], "{one:?} {two:?}");
}

/// What is published is a version that later drafts do not change; the same again is no new version.
pub async fn a_version_never_changes(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let of = kind("order");
    assert_eq!(published(storage, &acme, &of).await, Published::NoDraft);
    draft(storage, &acme, &of, "first").await;
    let done = published(storage, &acme, &of).await;
    let Published::Version(version) = done else {
        panic!("{done:?}");
    };
    assert_eq!(
        (version.head.version, version.state),
        (1, VersionState::Current)
    );
    assert_eq!(version.head.comment.as_deref(), Some("because"));
    let again = published(storage, &acme, &of).await;
    assert_eq!(again, Published::Unchanged(version));
    draft(storage, &acme, &of, "second").await;
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((1, "first".into()))
    );
    assert!(matches!(
        published(storage, &acme, &of).await,
        Published::Version(_)
    ));
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((2, "second".into()))
    );
    let first = storage.template_version(&acme, &of, 1).await.expect("read");
    let first = first.expect("it stays").snapshot;
    assert_eq!(first.templates[&Channel::Push]["en"], parts("first"));
    let heads = storage
        .template_heads(&acme, &of, None, 10)
        .await
        .expect("read");
    let numbers: Vec<_> = heads.iter().map(|head| head.version).collect();
    assert_eq!(numbers, [2, 1]);
    let older = storage
        .template_heads(&acme, &of, Some(2), 10)
        .await
        .expect("read");
    assert_eq!(older, heads[1..]);
    assert_eq!(
        storage
            .template_version(&other, &of, 1)
            .await
            .expect("read"),
        None
    );
    assert_eq!(storage.template_types(&other).await.expect("read"), []);
}

/// Drafts that change between their check and the publication are checked again; an editor who has not seen the latest
/// version is refused.
pub async fn what_was_not_checked_is_not_published(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let of = kind("order");
    draft(storage, &acme, &of, "first").await;
    let checked = publication(storage, &acme, &of, None).await;
    draft(storage, &acme, &of, "second").await;
    let done = publish(storage, &acme, checked).await.expect("asked");
    assert_eq!(done, Published::Changed);
    let mut late = publication(storage, &acme, &of, None).await;
    late.seen = Some(7);
    let done = publish(storage, &acme, late).await.expect("asked");
    assert_eq!(done, Published::Outdated { latest: 0 });
    assert_eq!(current(storage, &acme, &of).await, None);
}

/// An earlier version comes back as a new one.
pub async fn a_roll_back_is_a_new_version(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let of = kind("order");
    for title in ["first", "second"] {
        draft(storage, &acme, &of, title).await;
        published(storage, &acme, &of).await;
    }
    let to = |version, seen| RollBack {
        notification_type: of.clone(),
        version,
        comment: None,
        seen,
        by: "bob".into(),
        now: now(),
    };
    let absent = roll_back(storage, &acme, to(9, None)).await.expect("asked");
    assert_eq!(absent, RolledBack::NoVersion);
    let outdated = roll_back(storage, &acme, to(1, Some(1)))
        .await
        .expect("asked");
    assert_eq!(outdated, RolledBack::Outdated { latest: 2 });
    let done = roll_back(storage, &acme, to(1, Some(2)))
        .await
        .expect("asked");
    let RolledBack::Version(version) = done else {
        panic!("{done:?}");
    };
    assert_eq!((version.head.version, &*version.head.made_by), (3, "bob"));
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((3, "first".into()))
    );
    let drafts = storage
        .template_drafts(&acme, Some(&of))
        .await
        .expect("read");
    assert_eq!(drafts[0].parts, parts("second"), "drafts stay");
}

/// A scheduled version waits, is published once when it is due, and may be removed before.
pub async fn a_scheduled_version_waits_for_its_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    for title in ["second", "third"] {
        draft(storage, &acme, &of, title).await;
        let publication = publication(storage, &acme, &of, Some(later)).await;
        let done = publish(storage, &acme, publication).await.expect("asked");
        let Published::Version(version) = done else {
            panic!("{done:?}");
        };
        assert_eq!(version.state, VersionState::Scheduled);
    }
    let removed = async |version| {
        let done = unschedule(storage, &acme, &of, version).await;
        done.expect("asked")
    };
    assert_eq!(removed(3).await, Unscheduled::Removed);
    assert_eq!(removed(3).await, Unscheduled::NoVersion);
    assert_eq!(removed(1).await, Unscheduled::Published);
    let due = |now| storage.due_templates(now, 10);
    assert_eq!(due(now()).await.expect("read"), []);
    let found = due(later).await.expect("read");
    let second = DueTemplate {
        tenant: acme.clone(),
        notification_type: of.clone(),
        version: 2,
        failures: 0,
    };
    assert_eq!(found, std::slice::from_ref(&second));
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((1, "first".into()))
    );
    let (one, two) = tokio::join!(
        publish_due(storage, &second, later),
        publish_due(storage, &second, later)
    );
    let mut both = [one.expect("asked"), two.expect("asked")];
    both.sort_by_key(|one| *one == DuePublished::Gone);
    assert_eq!(both, [DuePublished::Current, DuePublished::Gone], "once");
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((2, "second".into()))
    );
    assert_eq!(due(later).await.expect("read"), []);
    let heads = storage
        .template_heads(&acme, &of, None, 10)
        .await
        .expect("read");
    assert_eq!(
        (heads[0].published_at, heads[0].due_at),
        (Some(later), None)
    );
}

/// Layouts, partials and brand come into use for all types at once, when `_shared` is published.
pub async fn what_is_shared_makes_new_versions_of_all_in_use(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (used, unused, shared) = (kind("used"), kind("unused"), shared_type());
    draft(storage, &acme, &used, "used").await;
    draft(storage, &acme, &unused, "unused").await;
    published(storage, &acme, &used).await;
    draft(storage, &acme, &used, "a draft").await;
    let brand = Brand {
        name: Some("Acme".into()),
        ..Brand::default()
    };
    let none = Precondition::None;
    let done = save_brand(storage, &acme, brand.clone(), none, "ann", now()).await;
    let BrandSaved::Stored(stored) = done.expect("asked") else {
        panic!("not stored");
    };
    assert_eq!((stored.revision, &stored.brand), (1, &brand));
    assert_eq!(storage.brand(&acme).await.expect("read"), Some(stored));
    let again = save_brand(storage, &acme, brand.clone(), none, "ann", now()).await;
    let required = BrandSaved::Refused(PreconditionRefusal::Required, Some(1));
    assert_eq!(again.expect("asked"), required);
    assert!(matches!(
        published(storage, &acme, &shared).await,
        Published::Version(_)
    ));
    let version = storage
        .template_version(&acme, &shared, 1)
        .await
        .expect("read");
    assert_eq!(version.expect("published").snapshot.brand, Some(brand));
    assert_eq!(
        current(storage, &acme, &used).await,
        Some((2, "used".into()))
    );
    let heads = storage
        .template_heads(&acme, &used, None, 10)
        .await
        .expect("read");
    let uses: Vec<_> = heads.iter().map(|head| head.shared_version).collect();
    assert_eq!(uses, [Some(1), None]);
    assert_eq!(current(storage, &acme, &unused).await, None);
}

/// A type's schema is kept with its revision, beside its versions.
pub async fn a_schema_is_set_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, none) = (kind("order"), Precondition::None);
    let schema = ContentSchema {
        schema: r#"{"type":  "object"}"#.into(),
        strict: true,
    };
    let set = async |tenant: &TenantId, schema: Option<ContentSchema>, seen| {
        let saved = save_schema(storage, tenant, &of, schema, seen).await;
        saved.expect("asked")
    };
    assert_eq!(set(&acme, None, none).await, SchemaSaved::Absent);
    let SchemaSaved::Stored(one) = set(&acme, Some(schema.clone()), none).await else {
        panic!("not stored");
    };
    assert_eq!(
        (one.schema_revision, &one.schema),
        (1, &Some(schema.clone()))
    );
    let required = SchemaSaved::Refused(PreconditionRefusal::Required, Some(1));
    assert_eq!(set(&acme, Some(schema.clone()), none).await, required);
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    let types = storage.template_types(&acme).await.expect("read");
    assert_eq!((types.len(), &types[0].schema), (1, &Some(schema)));
    assert_eq!(set(&other, None, none).await, SchemaSaved::Absent);
    assert!(matches!(
        set(&acme, None, none).await,
        SchemaSaved::Stored(_)
    ));
    let types = storage.template_types(&acme).await.expect("read");
    assert_eq!(
        (&types[0].schema, types[0].current_version),
        (&None, Some(1))
    );
}

/// Of each type and tenant what is its own: a version, a schema, both, or nothing.
pub async fn what_is_in_use_is_found_for_many_tenants_at_once(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (order, news) = (kind("order"), kind("news"));
    draft(storage, &acme, &order, "first").await;
    published(storage, &acme, &order).await;
    let schema = ContentSchema {
        schema: "{}".into(),
        strict: true,
    };
    for (tenant, of) in [(&acme, &order), (&other, &news)] {
        let saved = save_schema(
            storage,
            tenant,
            of,
            Some(schema.clone()),
            Precondition::None,
        );
        assert!(matches!(saved.await, Ok(SchemaSaved::Stored(_))));
    }
    let removed = save_schema(storage, &other, &news, None, Precondition::None).await;
    assert!(matches!(removed, Ok(SchemaSaved::Stored(_))));
    draft(storage, &other, &order, "never published").await;
    let asked = [
        (&acme, &order),
        (&acme, &news),
        (&other, &order),
        (&other, &news),
    ];
    let mut found = storage.types_in_use(&asked.into()).await.expect("read");
    found.sort_by(|a, b| (&a.tenant, &a.notification_type).cmp(&(&b.tenant, &b.notification_type)));
    let nothing = |of: &NotificationType| TypeInUse {
        tenant: other.clone(),
        notification_type: of.clone(),
        version: None,
        schema_revision: None,
        schema_is_strict: false,
    };
    let both = TypeInUse {
        tenant: acme.clone(),
        notification_type: order.clone(),
        version: Some(1),
        schema_revision: Some(1),
        schema_is_strict: true,
    };
    assert_eq!(found, [both, nothing(&news), nothing(&order)]);
    let one = storage.template_type(&acme, &order).await.expect("read");
    let all = storage.template_types(&acme).await.expect("read");
    assert_eq!(one, all.first().cloned());
    assert_eq!(
        storage.template_type(&acme, &news).await.expect("read"),
        None
    );
}

/// What was scheduled before something newer was published does not undo it. A version that was made because `_shared`
/// changed is no newer.
pub async fn a_scheduled_version_does_not_undo_a_newer_one(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    let schedule = async |title: &str| {
        draft(storage, &acme, &of, title).await;
        let scheduled = publication(storage, &acme, &of, Some(later)).await;
        let done = publish(storage, &acme, scheduled).await;
        assert!(matches!(done, Ok(Published::Version(_))));
        let due = storage.due_templates(later, 10).await.expect("read");
        due.into_iter().next_back().expect("one is due")
    };
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    let second = schedule("second").await;
    draft(storage, &acme, &shared_type(), "partial").await;
    published(storage, &acme, &shared_type()).await;
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((3, "first".into()))
    );
    let done = publish_due(storage, &second, later).await;
    assert_eq!(done.expect("asked"), DuePublished::Current);
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((2, "second".into()))
    );

    let fourth = schedule("fourth").await;
    draft(storage, &acme, &of, "fifth").await;
    published(storage, &acme, &of).await;
    let done = publish_due(storage, &fourth, later).await;
    assert_eq!(done.expect("asked"), DuePublished::Superseded);
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((5, "fifth".into()))
    );
    assert_eq!(storage.due_templates(later, 10).await.expect("read"), []);
    let heads = storage.template_heads(&acme, &of, None, 10).await;
    let states = heads.expect("read").into_iter().map(|head| {
        let version = head.version;
        (version, ShownVersion::of(head, Some(5)).state)
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states[1], (4, VersionState::Superseded));
    let to = RollBack {
        notification_type: of.clone(),
        version: 4,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    };
    let done = roll_back(storage, &acme, to).await.expect("asked");
    assert!(matches!(done, RolledBack::Version(_)), "{done:?}");
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((6, "fourth".into()))
    );
}

/// A tenant with many versions that are due, or one that always fails, does not hold up the others.
pub async fn due_versions_take_turns_and_those_that_fail_wait(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    for (tenant, count) in [(&acme, 5), (&other, 1)] {
        for n in 0..count {
            draft(storage, tenant, &of, &format!("title {n}")).await;
            let at = later - TimeDelta::minutes(10 - n)
                + TimeDelta::minutes(i64::from(tenant == &other) * 9);
            let scheduled = publication(storage, tenant, &of, Some(at)).await;
            let done = publish(storage, tenant, scheduled).await;
            assert!(matches!(done, Ok(Published::Version(_))));
        }
    }
    let due = async |now| storage.due_templates(now, 2).await.expect("read");
    let found = due(later).await;
    let whose: Vec<_> = found.iter().map(|one| (&one.tenant, one.version)).collect();
    assert_eq!(whose, [(&acme, 1), (&other, 1)]);
    let first = &found[0];
    let until = put_off_due(storage, first, later).await.expect("noted");
    assert_eq!(until, later + TimeDelta::seconds(10));
    assert_eq!(due(later).await[0].version, 2, "it waits");
    let again = due(until).await.remove(0);
    assert_eq!((again.version, again.failures), (1, 1));
    let until = put_off_due(storage, &again, until).await.expect("noted");
    assert_eq!(until, later + TimeDelta::seconds(30));
    let last = DueTemplate {
        failures: 60,
        ..again
    };
    let until = put_off_due(storage, &last, later).await.expect("noted");
    assert_eq!(until, later + TimeDelta::minutes(10));
}

/// An editor who has seen a draft that was removed since does not take the one that came after it for the same.
pub async fn no_revision_of_a_draft_is_used_twice(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let key = key(&kind("order"), Channel::Push, "en");
    let saved = async |title: &str, seen| match save(storage, &acme, key.clone(), title, seen).await
    {
        DraftSaved::Stored(draft) => Ok(draft.revision),
        other => Err(other),
    };
    assert_eq!(saved("one", Precondition::None).await, Ok(1));
    assert_eq!(saved("two", Precondition::Revision(1)).await, Ok(2));
    let removed = remove_draft(storage, &acme, &key, Precondition::None).await;
    assert_eq!(removed.expect("asked"), Some(Ok(())));
    assert_eq!(saved("three", Precondition::None).await, Ok(3));
    let failed = DraftSaved::Refused(PreconditionRefusal::Failed, Some(3));
    assert_eq!(saved("four", Precondition::Revision(1)).await, Err(failed));
}

/// A type that is retired has no drafts and no version in use; what was published can be brought back, and no number is
/// used twice.
pub async fn a_type_is_retired_and_brought_back(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    for tenant in [&acme, &other] {
        draft(storage, tenant, &of, "first").await;
        published(storage, tenant, &of).await;
    }
    draft(storage, &acme, &of, "second").await;
    let scheduled = publication(storage, &acme, &of, Some(later)).await;
    let done = publish(storage, &acme, scheduled).await;
    assert!(matches!(done, Ok(Published::Version(_))));
    assert!(retire(storage, &acme, &of).await.expect("asked"));
    assert!(
        !retire(storage, &acme, &of).await.expect("asked"),
        "nothing is left"
    );
    assert_eq!(current(storage, &acme, &of).await, None);
    let drafts = storage.template_drafts(&acme, Some(&of)).await;
    assert_eq!(drafts.expect("read"), []);
    assert_eq!(storage.due_templates(later, 10).await.expect("read"), []);
    let types = storage.template_types(&acme).await.expect("read");
    assert!(!types[0].holds_something());
    assert_eq!(
        current(storage, &other, &of).await,
        Some((1, "first".into()))
    );
    let to = RollBack {
        notification_type: of.clone(),
        version: 1,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    };
    let back = roll_back(storage, &acme, to).await.expect("asked");
    assert!(matches!(back, RolledBack::Version(_)), "{back:?}");
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((3, "first".into()))
    );
    let key = key(&of, Channel::Push, "en");
    let saved = save(storage, &acme, key, "third", Precondition::Absent).await;
    assert!(matches!(saved, DraftSaved::Stored(draft) if draft.revision == 3));
}

/// Sources are bounded for each type and for the tenant, and a type without anything leaves its place to another.
pub async fn drafts_are_bounded_together(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let large = "x".repeat(TemplateLimits::PART_BYTES);
    let of = |n: usize, locale: &str| key(&kind(&format!("t{n}")), Channel::Push, locale);
    let saved = async |tenant: &TenantId, key: TemplateKey, parts: usize| {
        let parts = (0..parts).map(|n| (format!("part{n}"), large.clone()));
        let draft = SaveDraft {
            key,
            parts: parts.collect(),
            seen: Precondition::Absent,
            by: "ann".into(),
            now: now(),
        };
        save_draft(storage, tenant, draft).await.expect("asked")
    };
    // Sixteen parts are a megabyte, and with their names a little more.
    assert!(matches!(
        saved(&acme, of(0, "aa"), 15).await,
        DraftSaved::Stored(_)
    ));
    let full = saved(&acme, of(0, "bb"), 1).await;
    assert!(
        matches!(full, DraftSaved::TypeTooLarge(_)),
        "not more of one type"
    );
    let mut n = 1;
    let full = loop {
        match saved(&acme, of(n, "aa"), 15).await {
            DraftSaved::Stored(_) => n += 1,
            other => break other,
        }
    };
    assert!(
        matches!(full, DraftSaved::TenantTooLarge(_)),
        "not more of one tenant"
    );
    assert_eq!(n, 17, "16 MiB in types of 960 KiB");
    assert!(matches!(
        saved(&other, of(0, "aa"), 1).await,
        DraftSaved::Stored(_)
    ));
    let removed = remove_draft(storage, &acme, &of(1, "aa"), Precondition::None).await;
    assert_eq!(removed.expect("asked"), Some(Ok(())));
    let again = saved(&acme, of(n, "aa"), 15).await;
    assert!(
        matches!(again, DraftSaved::Stored(_)),
        "there is room again"
    );
    let heads = storage.template_draft_heads(&acme).await.expect("read");
    let drafts = storage.template_drafts(&acme, None).await.expect("read");
    let keys = drafts.iter().map(|draft| (&draft.key, draft.revision));
    assert!(keys.eq(heads.iter().map(|head| (&head.key, head.revision))));
}

/// Old versions go, apart from the current one.
pub async fn old_versions_are_forgotten(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let of = kind("order");
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    let kept = TemplateLimits::VERSIONS;
    for _ in 0..=kept {
        let to = RollBack {
            notification_type: of.clone(),
            version: storage
                .template_heads(&acme, &of, None, 1)
                .await
                .expect("read")[0]
                .version,
            comment: None,
            seen: None,
            by: "ann".into(),
            now: now(),
        };
        let done = roll_back(storage, &acme, to).await.expect("asked");
        assert!(matches!(done, RolledBack::Version(_)), "{done:?}");
    }
    let heads = storage
        .template_heads(&acme, &of, None, 1_000)
        .await
        .expect("read");
    assert_eq!(heads.len() as u64, kept);
    assert_eq!(heads[0].version, kept + 2);
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((kept + 2, "first".into()))
    );
}
