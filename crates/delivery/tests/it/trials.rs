//! Variants of templates, from the accept to the counts, and to the stop of one whose deliveries fail.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{
    Assigned, CONTROL, Channel, DeliveryState, ItemTexts, NotificationType, Precondition,
    TemplateKey, TemplateSnapshot, TemplateVersion, TenantId, TrialResults, UserId, VariantKey,
};
use campanile_pipeline::{
    Publication, Published, SaveDraft, SaveVariant, VariantSaved, publish, save_draft, save_variant,
};
use campanile_storage::Storage;
use campanile_wording::{Group, Wording};
use chrono::Utc;

use crate::support::{Fake, House};

fn of() -> NotificationType {
    NotificationType::parse("t").unwrap()
}

/// Publishes `Fine` with the variant `b`, which says `Broken` to half of the readers.
async fn published(storage: &dyn Storage, acme: &TenantId, channel: Channel, part: &str) {
    let parts = |text: &str| [(part.to_owned(), text.to_owned())].into();
    let draft = SaveDraft {
        key: TemplateKey {
            notification_type: of(),
            channel,
            locale: "en".into(),
        },
        parts: parts("Fine"),
        seen: Precondition::None,
        by: "ann".into(),
        now: Utc::now(),
    };
    save_draft(storage, acme, draft).await.unwrap();
    let variant = SaveVariant {
        key: VariantKey {
            notification_type: of(),
            channel,
            variant: "b".into(),
        },
        weight: 50,
        templates: [("en".to_owned(), parts("Broken"))].into(),
        seen: Precondition::None,
        by: "ann".into(),
        now: Utc::now(),
    };
    let saved = save_variant(storage, acme, variant).await;
    assert!(matches!(saved, Ok(VariantSaved::Stored(_))), "{saved:?}");
    let drafts = storage.template_drafts(acme, Some(&of())).await.unwrap();
    let variants = storage.template_variants(acme, &of()).await.unwrap();
    let publication = Publication {
        notification_type: of(),
        snapshot: TemplateSnapshot::of(drafts, None).with_variants(variants),
        in_use: Vec::new(),
        at: None,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: Utc::now(),
    };
    let done = publish(storage, acme, publication).await;
    assert!(matches!(done, Ok(Published::Version(_))), "{done:?}");
}

/// The version that is in use after the first.
async fn stopped(storage: &dyn Storage, acme: &TenantId) -> TemplateVersion {
    let stopped = async {
        loop {
            let found = storage.template_type(acme, &of()).await.unwrap();
            let version = found.unwrap().current_version.unwrap();
            if version > 1 {
                let found = storage.template_version(acme, &of(), version).await;
                break found.unwrap().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let stopped = tokio::time::timeout(Duration::from_secs(30), stopped).await;
    stopped.expect("it is stopped")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_that_cannot_word_inboxes_is_stopped_without_any_delivery() {
    let house = House::build(&["acme"]).await;
    let acme = TenantId::parse("acme").unwrap();
    let storage = house.storage.as_ref();
    published(storage, &acme, Channel::InApp, "title").await;
    let given = |n: usize| {
        let is_b = n.is_multiple_of(2);
        let assigned = Assigned {
            trial: 1,
            variant: if is_b { "b" } else { CONTROL }.to_owned(),
            fault: is_b,
        };
        Arc::new(ItemTexts {
            variants: [(Channel::InApp, assigned)].into(),
            ..ItemTexts::default()
        })
    };
    house
        .accept_changed("acme", 400, |one| {
            let n: usize = one.user_id.as_str()[1..].parse().unwrap();
            one.channels = Some(vec![Channel::InApp]);
            one.item = given(n);
        })
        .await;
    let delivery = house.deliver_by(Channel::Slack, 64).await;
    let version = stopped(storage, &acme).await;
    assert!(version.snapshot.trials[&Channel::InApp].variants["b"].stopped);
    let why = version.head.comment.unwrap();
    assert!(why.starts_with("in_app: variant b was stopped"), "{why}");
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_whose_deliveries_fail_is_stopped_and_all_are_counted() {
    let house = House::build(&["acme"]).await;
    let acme = TenantId::parse("acme").unwrap();
    let storage = house.storage.as_ref();
    published(storage, &acme, Channel::Slack, "text").await;
    let slack = Fake::through(Channel::Slack, 8);
    slack.rejects("Broken");
    house.use_accounts(&[("acme", "own", &slack)]);

    const READERS: usize = 400;
    let readers: Vec<_> = (0..READERS)
        .map(|n| UserId::parse(&format!("u{n}")).unwrap())
        .collect();
    let mut says = house.plain("acme", &readers[0]);
    says.channels = Some(vec![Channel::Slack]);
    let group = Group {
        says: &says,
        users: readers.iter().collect(),
    };
    let wording = Wording::new(Arc::clone(&house.storage));
    let items = wording.items(&[group]).await.unwrap().remove(0);
    let variant = |n: usize| items[n].variants[&Channel::Slack].variant.clone();
    let broken = (0..READERS).filter(|n| variant(*n) == "b").count();
    let ids = house
        .accept_changed("acme", READERS, |one| {
            let n: usize = one.user_id.as_str()[1..].parse().unwrap();
            one.channels = Some(vec![Channel::Slack]);
            one.item = Arc::clone(&items[n]);
        })
        .await;
    let delivery = house.deliver_by(Channel::Slack, 64).await;
    let rows = house
        .all(&ids, |row| {
            matches!(row.state, DeliveryState::Sent | DeliveryState::Dead)
        })
        .await;
    for (n, row) in rows.iter().enumerate() {
        let used = row.attempts[0].texts.clone().unwrap();
        assert_eq!(used.variant, Some(variant(n)), "the timeline names it");
    }

    let version = stopped(storage, &acme).await;
    let trial = &version.snapshot.trials[&Channel::Slack];
    assert!(trial.variants["b"].stopped);
    let why = version.head.comment.unwrap();
    assert!(why.starts_with("slack: variant b was stopped"), "{why}");
    assert_eq!(version.head.made_by, "campanile");

    let compared = [(Channel::Slack, 1)];
    let counts = storage.variant_counts(&acme, &of(), &compared).await;
    let counts = counts.unwrap();
    let results = TrialResults::of(Channel::Slack, trial, &counts);
    let of_variant = |name: &str| {
        let found = results.variants.iter().find(|one| one.variant == name);
        let counts = found.unwrap().counts;
        (counts.delivered, counts.failed)
    };
    let (broken, fine) = (broken as i64, (READERS - broken) as i64);
    assert_eq!(of_variant("b"), (0, broken));
    assert_eq!(of_variant(CONTROL), (fine, 0));
    let next = Wording::new(Arc::clone(&house.storage));
    let group = Group {
        says: &says,
        users: readers.iter().collect(),
    };
    let items = next.items(&[group]).await.unwrap().remove(0);
    let still = items.iter().filter(|item| !item.variants.is_empty());
    assert_eq!(still.count() as i64, fine, "the others are counted on");
    delivery.stop().await;
}
