//! What is kept of comparisons while versions, drafts and notifications come and go.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Assigned, CONTROL, Channel, FanoutStatus, InboxChange, ItemTexts, Notification, Precondition,
    TemplateSnapshot, TenantId, UserId, VariantCount, VariantCounts,
};
use campanile_pipeline::{
    DuePublished, FanoutWords, Promotion, Published, RollBack, VariantSaved, cancel_notification,
    change_notification, close_fanout, promote, publish, publish_due, remove_variant, retire,
    roll_back, step_fanout, stop_failing,
};
use campanile_storage::{FanoutSays, InboxFilter, PageSize, PageStart, Storage, StorageError};
use chrono::TimeDelta;

use super::fanouts::play::{SMALL, progress, start, subscribe};
use super::fanouts::recall_play::recall_all;
use super::fixture::{accept, assigned, fanout, notification, now, plan, release, tenants, user};
use super::topics::users;
use super::variants::{current, draft, key, order, publication, published, trial, variant};

/// Numbers that stop the variant `short` of trial 1.
fn failing(acme: &TenantId) -> Vec<VariantCount> {
    let counts = |variant: &str, failed| VariantCount {
        tenant: acme.clone(),
        notification_type: order(),
        channel: Channel::Push,
        trial: 1,
        variant: variant.to_owned(),
        bucket: 0,
        counts: VariantCounts {
            delivered: 1_000 - failed,
            failed,
            ..VariantCounts::default()
        },
    };
    vec![counts(CONTROL, 10), counts("short", 300)]
}

/// A version that was scheduled, or published, before a variant was stopped does not bring that back.
pub async fn what_was_stopped_stays_stopped_in_later_versions(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    draft(storage, &acme, Channel::Push, "template").await;
    for (name, percent) in [("short", 40), ("long", 20)] {
        let saved = variant(storage, &acme, (name, percent), "en", Precondition::Absent).await;
        assert!(matches!(saved, VariantSaved::Stored(_)), "{saved:?}");
    }
    published(storage, &acme).await;
    draft(storage, &acme, Channel::Email, "mail").await;
    let later = now() + TimeDelta::hours(1);
    let mut waits = publication(storage, &acme).await;
    waits.at = Some(later);
    let done = publish(storage, &acme, waits).await.expect("asked");
    assert!(matches!(done, Published::Version(_)), "{done:?}");
    let stopped = stop_failing(storage, &acme, &order(), failing(&acme), now()).await;
    assert_eq!(stopped.expect("asked").len(), 1);
    let is_stopped = |of: &TemplateSnapshot| {
        let variants = &trial(of).variants;
        assert_eq!(trial(of).number, 1, "the comparison goes on");
        assert!(!variants["long"].stopped);
        variants["short"].stopped
    };
    assert!(is_stopped(&current(storage, &acme).await));

    let due = storage.due_templates(later, 10).await.expect("read");
    let done = publish_due(storage, &due[0], later).await;
    assert_eq!(done.expect("asked"), DuePublished::Current);
    let after = current(storage, &acme).await;
    assert!(after.templates.contains_key(&Channel::Email), "it is used");
    assert!(is_stopped(&after));

    let to = RollBack {
        notification_type: order(),
        version: 1,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    };
    roll_back(storage, &acme, to).await.expect("asked");
    let after = current(storage, &acme).await;
    assert!(!after.templates.contains_key(&Channel::Email));
    assert!(is_stopped(&after));
}

/// A version that was scheduled before another comparison began does not go on with one that has ended.
pub async fn a_scheduled_version_begins_its_own_comparison(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    draft(storage, &acme, Channel::Push, "template").await;
    variant(storage, &acme, ("short", 40), "en", Precondition::Absent).await;
    published(storage, &acme).await;
    draft(storage, &acme, Channel::Email, "mail").await;
    let later = now() + TimeDelta::hours(1);
    let mut waits = publication(storage, &acme).await;
    waits.at = Some(later);
    publish(storage, &acme, waits).await.expect("asked");
    let promotion = Promotion {
        notification_type: order(),
        channel: Channel::Push,
        variant: "short".into(),
        comment: None,
        seen: None,
        by: "bob".into(),
        now: now(),
    };
    promote(storage, &acme, promotion).await.expect("asked");
    let due = storage.due_templates(later, 10).await.expect("read");
    let done = publish_due(storage, &due[0], later).await;
    let newer = "what was promoted is newer than what was scheduled";
    assert_eq!(done.expect("asked"), DuePublished::Superseded, "{newer}");

    let drafts = publication(storage, &acme).await.snapshot;
    assert!(drafts.trials.is_empty(), "its variants are gone");
    variant(storage, &acme, ("short", 30), "en", Precondition::Absent).await;
    let mut waits = publication(storage, &acme).await;
    waits.at = Some(later);
    let done = publish(storage, &acme, waits).await.expect("asked");
    let Published::Version(shown) = done else {
        panic!("{done:?}");
    };
    let due = storage.due_templates(later, 10).await.expect("read");
    let done = publish_due(storage, &due[0], later).await;
    assert_eq!(done.expect("asked"), DuePublished::Current);
    let after = current(storage, &acme).await;
    assert_eq!(trial(&after).number, shown.head.version);
}

/// An editor who has seen a variant that was removed since does not take the next one of its name for it.
pub async fn no_revision_of_a_variant_is_used_twice(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let save = async |seen| match variant(storage, &acme, ("short", 40), "en", seen).await {
        VariantSaved::Stored(draft) => draft.revision,
        other => panic!("{other:?}"),
    };
    draft(storage, &acme, Channel::Push, "template").await;
    let mut seen = save(Precondition::Absent).await;
    for n in 0..4 {
        let next = save(Precondition::Revision(seen)).await;
        assert!(next > seen, "a change raises it");
        let short = key(Channel::Push, "short");
        match n {
            0 => {
                let gone = remove_variant(storage, &acme, &short, Precondition::None).await;
                assert_eq!(gone.expect("asked"), Some(Ok(())));
            }
            1 => {
                assert!(retire(storage, &acme, &order()).await.expect("asked"));
                draft(storage, &acme, Channel::Push, "template").await;
            }
            _ => {
                published(storage, &acme).await;
                let promotion = Promotion {
                    notification_type: order(),
                    channel: Channel::Push,
                    variant: "short".into(),
                    comment: None,
                    seen: None,
                    by: "bob".into(),
                    now: now(),
                };
                promote(storage, &acme, promotion).await.expect("asked");
                draft(storage, &acme, Channel::Push, &format!("template {n}")).await;
            }
        }
        seen = save(Precondition::Absent).await;
        assert!(seen > next, "{seen} after {next}");
    }
}

/// What drafts take of their tenant's room is what there is of them.
pub async fn a_promotion_counts_the_bytes_that_are_left(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let bytes = async || {
        let drafts = storage.template_drafts(&acme, Some(&order())).await;
        let variants = storage.template_variants(&acme, &order()).await;
        let there = TemplateSnapshot::of(drafts.expect("read"), None);
        let there = there.with_variants(variants.expect("read")).draft_bytes();
        let one = storage.template_type(&acme, &order()).await.expect("read");
        (one.expect("there").draft_bytes, there)
    };
    draft(storage, &acme, Channel::Push, "template").await;
    variant(storage, &acme, ("short", 40), "en", Precondition::Absent).await;
    let (kept, there) = bytes().await;
    assert_eq!(kept, there);
    published(storage, &acme).await;
    let promotion = Promotion {
        notification_type: order(),
        channel: Channel::Push,
        variant: "short".into(),
        comment: None,
        seen: None,
        by: "bob".into(),
        now: now(),
    };
    promote(storage, &acme, promotion).await.expect("asked");
    let (kept, after) = bytes().await;
    assert_eq!(kept, after);
    assert!(after < there);
}

async fn counted(storage: &dyn Storage, acme: &TenantId) -> VariantCounts {
    let (of, mut all) = (order(), VariantCounts::default());
    let counts = storage.variant_counts(acme, &of, &[(Channel::InApp, 3)]);
    for one in counts.await.expect("read") {
        all.add(one.counts);
    }
    all
}

/// Shown are those that an inbox shows some day: not what was cancelled before its time.
pub async fn what_never_appears_is_not_counted(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let given = |to: &str| Notification {
        notification_type: order(),
        item: worded(),
        channels: Some(vec![Channel::InApp]),
        ..notification(&acme, to)
    };
    let mut later = given("u");
    later.send_at = Some(now() + TimeDelta::minutes(10));
    let (shown, kept) = (
        given("v"),
        Notification {
            send_at: later.send_at,
            ..given("w")
        },
    );
    accept(storage.as_ref(), vec![later.clone()]).await;
    accept(storage.as_ref(), vec![shown.clone()]).await;
    accept(storage.as_ref(), vec![kept]).await;
    for one in [&later, &shown] {
        let done = cancel_notification(storage.as_ref(), &acme, one.id, now()).await;
        done.expect("asked").expect("there");
    }
    release(storage.as_ref(), now() + TimeDelta::minutes(11)).await;
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert_eq!(planned.notifications, 3);
    let delivered = counted(storage.as_ref(), &acme).await.delivered;
    assert_eq!(delivered, 2, "one has been shown at once, one will be");
}

fn worded() -> Arc<ItemTexts> {
    Arc::new(ItemTexts {
        variants: [(Channel::InApp, assigned(3, "short"))].into(),
        ..ItemTexts::default()
    })
}

/// Each subscriber is given a variant.
struct Worded;

#[async_trait]
impl FanoutWords for Worded {
    async fn items(
        &self,
        _tenant: &TenantId,
        _says: &FanoutSays,
        users: &[UserId],
    ) -> Result<Vec<Arc<ItemTexts>>, StorageError> {
        Ok(users.iter().map(|_| worded()).collect())
    }
}

/// What a sender closes is marked as read and counts as read, once; taken back, it does not.
pub async fn what_a_closed_fanout_marks_as_read_is_counted(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..4)).await;
    let mut sent = fanout(&acme);
    sent.notification_type = order();
    start(storage, &sent).await;
    let turn = step_fanout(&storage, Arc::new(Worded), SMALL, None, now()).await;
    let made = turn.expect("done").step.expect("a step").notifications;
    assert_eq!(made, 4);
    assert_eq!(progress(storage, &sent).await.status, FanoutStatus::Done);
    plan(storage, std::slice::from_ref(&acme)).await;
    let read = async || {
        let counts = counted(storage, &acme).await;
        (counts.delivered, counts.read)
    };
    let change = async |who: &UserId, change| {
        let (filter, from) = (InboxFilter::default(), PageStart::Offset(0));
        let page = storage.inbox_page(&acme, who, &filter, from, PageSize::rows(1), now());
        let id = page.await.expect("read").items[0].notification.id;
        let done = change_notification(storage, &acme, who, id, change, now()).await;
        done.expect("asked").expect("there");
    };
    let first = user("u00000");
    change(&first, InboxChange::Read).await;
    assert_eq!(read().await, (4, 1));
    close_fanout(&storage, &acme, sent.id, now())
        .await
        .expect("asked");
    recall_all(storage).await;
    assert_eq!(read().await, (4, 4), "the first one counts once");
    change(&first, InboxChange::Unread).await;
    assert_eq!(read().await, (4, 3));
}

/// A fault of a variant's words in an inbox is told by the plan, since no delivery will.
pub async fn a_plan_names_the_variants_that_failed(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let given = |to: &str, variant: &str, fault| {
        let one = Assigned {
            fault,
            ..assigned(3, variant)
        };
        Notification {
            notification_type: order(),
            item: Arc::new(ItemTexts {
                variants: [(Channel::InApp, one)].into(),
                ..ItemTexts::default()
            }),
            ..notification(&acme, to)
        }
    };
    let fine = [given("u", "short", false), given("v", CONTROL, true)];
    accept(storage.as_ref(), fine.into()).await;
    let planned = plan(storage.as_ref(), &[]).await;
    assert_eq!((planned.notifications, planned.faults.len()), (2, 0));
    accept(storage.as_ref(), vec![given("w", "short", true)]).await;
    let faults = plan(storage.as_ref(), &[]).await.faults;
    let found = faults.into_iter().map(|one| {
        let of = (one.tenant, one.notification_type);
        (of, one.channel, one.trial)
    });
    let expected = ((acme.clone(), order()), Channel::InApp, 3);
    assert_eq!(found.collect::<Vec<_>>(), [expected]);
}
