//! What readers do with mails: the first reaction of each kind is kept, and nothing else of the delivery changes.

use std::sync::Arc;

use campanile_domain::{
    Channel, Delivery, DeliveryId, DeliveryState, ItemTexts, Notification, NotificationId,
    Reaction, ReactionKind, Reactions, TenantId, TextsUsed, VariantCounts,
};
use campanile_pipeline::record_reaction;
use campanile_storage::{FinishedVariant, ReactedTo, Storage};
use chrono::TimeDelta;

use super::fixture::{
    accept, assigned, finished, load, notification, now, one, plan, record, tenants,
};
use super::variants::order;

const fn reaction(kind: ReactionKind, by_machine: bool) -> Reaction {
    Reaction { kind, by_machine }
}

/// A notification that was sent by a webhook, in the words of a variant or not; webhooks stand for mails.
async fn sent(storage: &dyn Storage, acme: &TenantId, variant: bool) -> (Notification, DeliveryId) {
    let variants = [(Channel::Webhook, assigned(3, "short"))];
    let of = Notification {
        notification_type: order(),
        item: Arc::new(ItemTexts {
            variants: variants.into(),
            ..ItemTexts::default()
        }),
        ..notification(acme, "u")
    };
    accept(storage, vec![of.clone()]).await;
    let dispatch = one(plan(storage, std::slice::from_ref(acme)).await.dispatches);
    let job = load(storage, &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let mut result = finished(&job, DeliveryState::Sent);
    if variant && let Some(attempt) = &mut result.attempt {
        attempt.texts = Some(TextsUsed {
            level: "stored".into(),
            version: Some(3),
            locale: "en".into(),
            variant: Some("short".into()),
        });
        result.variant = Some(FinishedVariant {
            notification_type: order(),
            assigned: assigned(3, "short"),
        });
    }
    record(storage, Some(&dispatch), vec![result]).await;
    (of, job.delivery_id)
}

async fn delivery(storage: &dyn Storage, of: &Notification) -> Delivery {
    let found = storage.timeline(&of.tenant, of.id).await.expect("read");
    found.expect("there").deliveries.remove(0)
}

async fn counted(storage: &dyn Storage, acme: &TenantId) -> VariantCounts {
    let (of, mut all) = (order(), VariantCounts::default());
    let counts = storage.variant_counts(acme, &of, &[(Channel::Webhook, 3)]);
    for one in counts.await.expect("read") {
        all.add(one.counts);
    }
    all
}

/// Each kind counts once, by readers and by programs apart; variants count readers.
pub async fn the_first_reaction_of_each_kind_is_kept(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, id) = sent(storage, &acme, true).await;
    let before = delivery(storage, &of).await;
    assert_eq!(before.reactions, Reactions::default());
    let first = now() + TimeDelta::seconds(7);
    let react = async |tenant: &TenantId, id, reaction, after| {
        let at = first + TimeDelta::seconds(after);
        let done = record_reaction(storage, tenant, of.id, id, reaction, at).await;
        done.expect("answered")
    };
    for (at, reaction) in (0..).zip(Reaction::ALL) {
        assert!(react(&acme, id, reaction, at).await);
        assert!(!react(&acme, id, reaction, at + 60).await, "only once");
        assert!(!react(&other, id, reaction, at).await, "not theirs");
        let unknown = DeliveryId::of(of.id, Channel::Push, "x");
        assert!(!react(&acme, unknown, reaction, at).await);
    }
    let after = delivery(storage, &of).await;
    let at = |seconds| Some(first + TimeDelta::seconds(seconds));
    let reactions = Reactions {
        opened_at: at(0),
        clicked_at: at(1),
        machine_opened_at: at(2),
        machine_clicked_at: at(3),
    };
    let expected = Delivery {
        reactions,
        ..before.clone()
    };
    assert_eq!(after, expected, "nothing else has changed");
    let found = storage.reacted_to(&acme, of.id, id).await;
    let known = ReactedTo {
        state: DeliveryState::Sent,
        updated_at: before.updated_at,
        reactions,
    };
    assert_eq!(found.expect("read"), Some(known));
    let gone = storage.reacted_to(&other, of.id, id).await;
    assert_eq!(gone.expect("read"), None);
    let counts = counted(storage, &acme).await;
    let counts = (counts.delivered, counts.opened, counts.clicked, counts.read);
    assert_eq!(counts, (1, 1, 1, 0));
}

/// What was not sent in the words of a variant says nothing of it.
pub async fn reactions_to_other_words_are_not_counted(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (of, id) = sent(storage, &acme, false).await;
    let open = reaction(ReactionKind::Open, false);
    let done = record_reaction(storage, &acme, of.id, id, open, now()).await;
    assert!(done.expect("answered"));
    assert_eq!(counted(storage, &acme).await, VariantCounts::default());
    let nobody = NotificationId::at(now());
    let done = record_reaction(storage, &acme, nobody, id, open, now()).await;
    assert!(!done.expect("answered"));
}

/// Many at once, as of a mail that a whole office forwards: one of them is the first.
pub async fn of_reactions_at_once_one_is_the_first(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (of, id) = sent(storage.as_ref(), &acme, true).await;
    let click = reaction(ReactionKind::Click, false);
    let all = (0..8).map(|_| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        tokio::spawn(async move {
            let done = record_reaction(&storage, &acme, of.id, id, click, now()).await;
            done.expect("answered")
        })
    });
    let mut firsts = 0;
    for one in all.collect::<Vec<_>>() {
        firsts += usize::from(one.await.expect("ran"));
    }
    assert_eq!(firsts, 1);
    assert_eq!(counted(storage.as_ref(), &acme).await.clicked, 1);
}
