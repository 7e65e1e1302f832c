//! Drafts, and what bounds them.

use std::sync::Arc;

use campanile_domain::{
    Channel, Precondition, PreconditionRefusal, TemplateKey, TemplateLimits, TenantId,
};
use campanile_pipeline::{DraftSaved, SaveDraft, remove_draft, save_draft};
use campanile_storage::Storage;

use super::{draft, key, kind, parts, save};
use crate::fixture::{now, tenants};

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
