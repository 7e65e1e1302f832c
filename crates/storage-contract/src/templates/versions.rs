//! Versions that are published, and those that come back.

use std::sync::Arc;

use campanile_domain::{
    Brand, Channel, Precondition, PreconditionRefusal, TemplateLimits, VersionState, shared_type,
};
use campanile_pipeline::{
    BrandSaved, DraftSaved, Published, RollBack, RolledBack, publish, retire, roll_back, save_brand,
};
use campanile_storage::Storage;
use chrono::TimeDelta;

use super::{current, draft, key, kind, parts, publication, published, save};
use crate::fixture::{now, tenants};

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
