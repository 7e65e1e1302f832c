//! Wordings that are compared.

use std::sync::Arc;

use campanile_domain::{
    Assigned, CONTROL, Channel, DeliveryState, InboxChange, ItemTexts, Notification,
    NotificationType, Precondition, PreconditionRefusal, ShownVersion, TemplateKey, TemplateLimits,
    TemplateSnapshot, TenantId, TextsUsed, Trial, VariantCount, VariantCounts, VariantKey,
    user_bucket,
};
use campanile_pipeline::{
    DraftSaved, Promoted, Promotion, Publication, Published, SaveDraft, SaveVariant, VariantSaved,
    change_notification, promote, publish, remove_variant, retire, save_draft, save_variant,
    stop_failing,
};
use campanile_storage::{FinishedVariant, Storage};

use super::fixture::{
    accept, assigned, finished, load, notification, now, one, plan, read_all, record, tenants,
};

pub(super) fn order() -> NotificationType {
    NotificationType::parse("order").expect("a type")
}

fn parts(title: &str) -> campanile_domain::TemplateParts {
    [("title".to_owned(), title.to_owned())].into()
}

pub(super) async fn draft(storage: &dyn Storage, tenant: &TenantId, channel: Channel, title: &str) {
    let key = TemplateKey {
        notification_type: order(),
        channel,
        locale: "en".into(),
    };
    for seen in [Precondition::Absent, Precondition::Exists] {
        let save = SaveDraft {
            key: key.clone(),
            parts: parts(title),
            seen,
            by: "ann".into(),
            now: now(),
        };
        let saved = save_draft(storage, tenant, save).await.expect("asked");
        if matches!(saved, DraftSaved::Stored(_)) {
            return;
        }
    }
    panic!("the draft is not stored");
}

pub(super) fn key(channel: Channel, variant: &str) -> VariantKey {
    VariantKey {
        notification_type: order(),
        channel,
        variant: variant.to_owned(),
    }
}

pub(super) async fn variant(
    storage: &dyn Storage,
    tenant: &TenantId,
    (variant, weight): (&str, u8),
    locale: &str,
    seen: Precondition,
) -> VariantSaved {
    let save = SaveVariant {
        key: key(Channel::Push, variant),
        weight,
        templates: [(locale.to_owned(), parts(variant))].into(),
        seen,
        by: "ann".into(),
        now: now(),
    };
    save_variant(storage, tenant, save).await.expect("asked")
}

pub(super) async fn publication(storage: &dyn Storage, tenant: &TenantId) -> Publication {
    let of = order();
    let drafts = storage.template_drafts(tenant, Some(&of)).await;
    let variants = storage.template_variants(tenant, &of).await;
    let types = storage.template_types(tenant).await.expect("read");
    let in_use = types.into_iter();
    let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
    let snapshot = TemplateSnapshot::of(drafts.expect("read"), None);
    Publication {
        notification_type: of,
        snapshot: snapshot.with_variants(variants.expect("read")),
        in_use: in_use.collect(),
        at: None,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    }
}

pub(super) async fn published(storage: &dyn Storage, tenant: &TenantId) -> ShownVersion {
    let publication = publication(storage, tenant).await;
    match publish(storage, tenant, publication).await.expect("asked") {
        Published::Version(shown) => shown,
        other => panic!("{other:?}"),
    }
}

/// The version in use.
pub(super) async fn current(storage: &dyn Storage, tenant: &TenantId) -> TemplateSnapshot {
    let found = storage.template_type(tenant, &order()).await.expect("read");
    let number = found.and_then(|one| one.current_version).expect("in use");
    let found = storage.template_version(tenant, &order(), number).await;
    found.expect("read").expect("there").snapshot
}

pub(super) fn trial(snapshot: &TemplateSnapshot) -> &Trial {
    &snapshot.trials[&Channel::Push]
}

/// A comparison goes on in later versions until what it compares changes; what was stopped stays stopped.
pub async fn a_comparison_begins_goes_on_and_ends(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    draft(storage, &acme, Channel::Push, "template").await;
    let saved = variant(storage, &acme, ("short", 40), "en", Precondition::Absent).await;
    assert!(matches!(saved, VariantSaved::Stored(_)), "{saved:?}");
    published(storage, &acme).await;
    draft(storage, &acme, Channel::Email, "mail").await;
    published(storage, &acme).await;
    let second = current(storage, &acme).await;
    assert_eq!(trial(&second).number, 1, "the push has not changed");
    let again = publication(storage, &acme).await;
    let again = publish(storage, &acme, again).await.expect("asked");
    assert!(matches!(again, Published::Unchanged(_)), "{again:?}");

    draft(storage, &acme, Channel::Push, "another template").await;
    published(storage, &acme).await;
    assert_eq!(trial(&current(storage, &acme).await).number, 3);
    let counts = |variant: &str, failed| VariantCount {
        tenant: acme.clone(),
        notification_type: order(),
        channel: Channel::Push,
        trial: 3,
        variant: variant.to_owned(),
        bucket: 0,
        counts: VariantCounts {
            delivered: 1_000 - failed,
            failed,
            ..VariantCounts::default()
        },
    };
    let of = order();
    let fine = vec![counts(CONTROL, 10), counts("short", 12)];
    let none = stop_failing(storage, &acme, &of, fine, now()).await;
    assert_eq!(none.expect("asked"), Vec::<String>::new());
    let failing = vec![counts(CONTROL, 10), counts("short", 200)];
    let why = stop_failing(storage, &acme, &of, failing.clone(), now()).await;
    let why = why.expect("asked");
    assert!(
        why.len() == 1 && why[0].starts_with("push: variant short"),
        "{why:?}"
    );
    let again = stop_failing(storage, &acme, &of, failing, now()).await;
    assert_eq!(again.expect("asked"), Vec::<String>::new());
    draft(storage, &acme, Channel::Email, "another mail").await;
    published(storage, &acme).await;
    let fifth = current(storage, &acme).await;
    assert_eq!(trial(&fifth).number, 3);
    assert!(trial(&fifth).variants["short"].stopped);

    let promotion = |variant: &str, seen| Promotion {
        notification_type: order(),
        channel: Channel::Push,
        variant: variant.to_owned(),
        comment: None,
        seen,
        by: "bob".into(),
        now: now(),
    };
    let done = promote(storage, &acme, promotion("long", None)).await;
    assert_eq!(done.expect("asked"), Promoted::NoVariant);
    let done = promote(storage, &other, promotion("short", None)).await;
    assert_eq!(done.expect("asked"), Promoted::NoVariant);
    let done = promote(storage, &acme, promotion("short", Some(4))).await;
    assert_eq!(done.expect("asked"), Promoted::Outdated { latest: 5 });
    let done = promote(storage, &acme, promotion("short", Some(5))).await;
    assert!(matches!(done.expect("asked"), Promoted::Version(_)));
    let sixth = current(storage, &acme).await;
    assert_eq!(sixth.templates[&Channel::Push]["en"], parts("short"));
    assert_eq!(
        sixth.templates[&Channel::Email]["en"],
        parts("another mail")
    );
    assert!(sixth.trials.is_empty());
    let left = storage.template_variants(&acme, &order()).await;
    assert_eq!(left.expect("read"), []);
    let again = publication(storage, &acme).await;
    let again = publish(storage, &acme, again).await.expect("asked");
    assert!(
        matches!(again, Published::Unchanged(_)),
        "the drafts follow"
    );
}

/// A variant has a template to differ from, leaves readers to it, and no editor's change is lost.
pub async fn a_variant_is_saved_replaced_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let absent = Precondition::Absent;
    let refused = variant(storage, &acme, ("short", 40), "en", absent).await;
    assert_eq!(refused, VariantSaved::NoTemplate("en".into()));
    draft(storage, &acme, Channel::Push, "template").await;
    let refused = variant(storage, &acme, ("short", 40), "de", absent).await;
    assert_eq!(refused, VariantSaved::NoTemplate("de".into()));
    let saved = variant(storage, &acme, ("short", 40), "en", absent).await;
    let VariantSaved::Stored(first) = saved else {
        panic!("{saved:?}");
    };
    let listed = storage.template_variants(&acme, &order()).await;
    assert_eq!(listed.expect("read"), [first]);
    let hidden = storage.template_variants(&other, &order()).await;
    assert_eq!(hidden.expect("read"), []);
    let heavy = variant(storage, &acme, ("long", 60), "en", absent).await;
    assert_eq!(heavy, VariantSaved::TooHeavy(100));
    let again = variant(storage, &acme, ("short", 20), "en", Precondition::None).await;
    let required = VariantSaved::Refused(PreconditionRefusal::Required, Some(1));
    assert_eq!(again, required);
    let again = variant(
        storage,
        &acme,
        ("short", 20),
        "en",
        Precondition::Revision(1),
    )
    .await;
    assert!(matches!(again, VariantSaved::Stored(one) if one.revision == 2 && one.weight == 20));
    for name in ["b", "c", "d"] {
        let saved = variant(storage, &acme, (name, 5), "en", absent).await;
        assert!(matches!(saved, VariantSaved::Stored(_)), "{saved:?}");
    }
    let many = variant(storage, &acme, ("e", 5), "en", absent).await;
    assert_eq!((many, TemplateLimits::VARIANTS), (VariantSaved::TooMany, 4));
    let none = Precondition::None;
    let gone = remove_variant(storage, &acme, &key(Channel::Push, "b"), none).await;
    assert_eq!(gone.expect("asked"), Some(Ok(())));
    let gone = remove_variant(storage, &acme, &key(Channel::Push, "b"), none).await;
    assert_eq!(gone.expect("asked"), None);
    assert!(retire(storage, &acme, &order()).await.expect("asked"));
    let left = storage.template_variants(&acme, &order()).await;
    assert_eq!(left.expect("read"), []);
}

/// What the promise below compares.
const COMPARED: [(Channel, u64); 2] = [(Channel::InApp, 3), (Channel::Webhook, 3)];

/// What is shown, sent, dead, read and unread again counts once for its variant, in the bucket of its user.
pub async fn what_becomes_of_variants_is_counted(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let given = |to: &str, variant: &str| Notification {
        notification_type: order(),
        item: Arc::new(ItemTexts {
            variants: [
                (Channel::InApp, assigned(3, variant)),
                (Channel::Webhook, assigned(3, variant)),
            ]
            .into(),
            ..ItemTexts::default()
        }),
        ..notification(&acme, to)
    };
    let (first, second) = (given("u", "short"), given("v", CONTROL));
    accept(storage.as_ref(), vec![first.clone(), second]).await;
    let dispatch = one(plan(storage.as_ref(), std::slice::from_ref(&acme))
        .await
        .dispatches);
    let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let results = jobs.iter().map(|job| {
        let is_first = job.notification.id == first.id;
        let state = match is_first {
            true => DeliveryState::Sent,
            false => DeliveryState::Dead,
        };
        let assigned = Assigned {
            fault: is_first,
            ..job.notification.item.variants[&Channel::Webhook].clone()
        };
        let mut result = finished(job, state);
        if let Some(attempt) = &mut result.attempt {
            attempt.texts = Some(TextsUsed {
                level: "stored".into(),
                version: Some(3),
                locale: "en".into(),
                variant: Some(assigned.variant.clone()),
            });
        }
        result.variant = Some(FinishedVariant {
            notification_type: order(),
            assigned,
        });
        result
    });
    record(storage.as_ref(), Some(&dispatch), results.collect()).await;
    let counts = async |channel: Channel, variant: &str, user: &str| {
        let all = storage
            .variant_counts(&acme, &order(), &COMPARED)
            .await
            .expect("read");
        let of = |one: &VariantCount| one.channel == channel && one.variant == variant;
        let mut found = all.into_iter().filter(of);
        let one = found.next().expect("counted");
        assert!(found.next().is_none(), "one user is in one bucket");
        let user = super::fixture::user(user);
        let bucket = user_bucket(&acme, &order(), channel, &user);
        assert_eq!((one.trial, one.bucket), (3, bucket));
        let VariantCounts {
            delivered,
            failed,
            faults,
            read,
            ..
        } = one.counts;
        [delivered, failed, faults, read]
    };
    assert_eq!(counts(Channel::InApp, "short", "u").await, [1, 0, 0, 0]);
    assert_eq!(counts(Channel::Webhook, "short", "u").await, [1, 0, 1, 0]);
    assert_eq!(counts(Channel::InApp, CONTROL, "v").await, [1, 0, 0, 0]);
    assert_eq!(counts(Channel::Webhook, CONTROL, "v").await, [0, 1, 0, 0]);

    for (change, read) in [
        (InboxChange::Seen, 0),
        (InboxChange::Read, 1),
        (InboxChange::Read, 1),
        (InboxChange::Unread, 0),
    ] {
        let (user, id) = (&first.user_id, first.id);
        let changed = change_notification(storage.as_ref(), &acme, user, id, change, now()).await;
        assert!(changed.expect("asked").is_some());
        assert_eq!(counts(Channel::InApp, "short", "u").await[3], read);
        assert_eq!(counts(Channel::Webhook, "short", "u").await[3], read);
    }
    for user in ["u", "v"] {
        read_all(
            storage.as_ref(),
            &acme,
            &super::fixture::user(user),
            None,
            now(),
        )
        .await;
    }
    assert_eq!(counts(Channel::InApp, "short", "u").await, [1, 0, 0, 1]);
    assert_eq!(counts(Channel::Webhook, "short", "u").await, [1, 0, 1, 1]);
    assert_eq!(counts(Channel::InApp, CONTROL, "v").await, [1, 0, 0, 1]);
    let of_control = counts(Channel::Webhook, CONTROL, "v").await;
    assert_eq!(of_control, [0, 1, 0, 0], "what was not sent is not read");
    let hidden = storage.variant_counts(&other, &order(), &COMPARED).await;
    assert_eq!(hidden.expect("read"), []);
    let another = [(Channel::InApp, 2), (Channel::Push, 3)];
    let another = storage.variant_counts(&acme, &order(), &another).await;
    assert_eq!(another.expect("read"), []);
}

/// Old versions make way for newer ones by their bytes, too.
pub async fn versions_are_bounded_in_bytes(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let text = "x".repeat(1_000_000);
    for n in 0..36 {
        draft(storage, &acme, Channel::Push, &format!("{n:03}{text}")).await;
        published(storage, &acme).await;
    }
    let heads = storage.template_heads(&acme, &order(), None, 100).await;
    let kept: Vec<_> = heads
        .expect("read")
        .iter()
        .map(|head| head.version)
        .collect();
    let expected = TemplateLimits::VERSION_BYTES / 1_000_100;
    assert_eq!(kept.len() as u64, expected, "{kept:?}");
    assert_eq!(kept[0], 36);
}
