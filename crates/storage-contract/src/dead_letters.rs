//! What died, and how it comes back or goes.

use std::sync::Arc;

use campanile_domain::{Channel, DeliveryId, DeliveryState, Lane, TenantId};
use chrono::{TimeDelta, Utc};

use super::fixture::{dispatched, finished, load, now, one, record, release, tenants};
use campanile_pipeline::{purge_dead_letters, replay_dead_letters};
use campanile_storage::{
    BuriedMessage, DeadLetterFilter, DeadLetterPage, FinishedDelivery, Job, Start, Storage,
    UNREADABLE_MESSAGE,
};

/// Lets the deliveries of these users die, one after the other; the last user's dies last.
async fn dead(storage: &dyn Storage, tenant: &TenantId, users: &[&str]) -> Vec<Job> {
    let dispatch = dispatched(storage, tenant, users).await;
    let jobs = load(storage, &dispatch).await.expect("there").jobs;
    for job in &jobs {
        let mut result = FinishedDelivery {
            reason: Some("rejected".into()),
            ..finished(job, DeliveryState::Dead)
        };
        let attempt = result.attempt.as_mut().expect("called");
        attempt.code = job.notification.user_id.to_string();
        attempt.detail = "never".into();
        record(storage, None, vec![result]).await;
    }
    record(storage, Some(&dispatch), Vec::new()).await;
    jobs
}

async fn page(
    storage: &dyn Storage,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) -> DeadLetterPage {
    let page = storage.dead_letters(tenant, filter, None, 100).await;
    page.expect("read")
}

/// With what it needs to be understood, and only to its tenant.
pub async fn what_dies_is_listed_to_its_tenant(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let job = dead(storage, &acme, &["u"]).await.remove(0);
    let all = DeadLetterFilter::default();
    let found = page(storage, &acme, &all).await;
    assert_eq!((found.total, found.has_more), (1, false));
    let letter = &found.items[0];
    assert_eq!(letter.id, job.delivery_id);
    assert_eq!(letter.notification_id, Some(job.notification.id));
    assert_eq!(letter.user_id, Some(job.notification.user_id));
    assert_eq!(letter.channel, Some(Channel::Webhook));
    assert_eq!(
        (letter.code.as_str(), letter.detail.as_str()),
        ("u", "never")
    );
    assert_eq!(letter.attempts, 1);
    assert!((Utc::now() - letter.died_at).abs() < TimeDelta::minutes(1));
    assert_eq!(page(storage, &other, &all).await.total, 0);
    let foreign = purge_dead_letters(storage, &other, &all, 10).await;
    assert_eq!(foreign.expect("asked"), 0);
    let foreign = replay_dead_letters(storage, &other, &all, now(), 10).await;
    assert_eq!(foreign.expect("asked"), 0);
    assert_eq!(page(storage, &acme, &all).await.total, 1);
}

/// A cursor walks through all of them, newest first; filters narrow list and number alike.
pub async fn pages_and_filters_agree(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let jobs = dead(storage, &acme, &["a", "b", "c", "d", "e"]).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let all = DeadLetterFilter::default();
        let page = storage.dead_letters(&acme, &all, after, 2).await;
        let page = page.expect("read");
        assert_eq!(page.total, 5);
        let last = page.items.last().expect("not empty");
        after = Some((last.died_at, last.id));
        seen.extend(page.items.iter().map(|letter| letter.code.clone()));
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen, ["e", "d", "c", "b", "a"]);
    let filter = |change: fn(&mut DeadLetterFilter)| {
        let mut filter = DeadLetterFilter::default();
        change(&mut filter);
        filter
    };
    for (filter, expected) in [
        (filter(|f| f.code = Some("c".into())), 1),
        (filter(|f| f.channel = Some(Channel::Webhook)), 5),
        (filter(|f| f.channel = Some(Channel::Email)), 0),
        (filter(|f| f.to = Some(Utc::now() - TimeDelta::hours(1))), 0),
        (
            filter(|f| f.from = Some(Utc::now() - TimeDelta::hours(1))),
            5,
        ),
        (filter(|f| f.ids = Some(Vec::new())), 0),
    ] {
        let found = page(storage, &acme, &filter).await;
        assert_eq!(found.total, expected, "{filter:?}");
        assert_eq!(found.items.len() as u64, expected, "{filter:?}");
    }
    let ids = Some(vec![jobs[1].delivery_id, jobs[3].delivery_id]);
    let filter = DeadLetterFilter {
        ids,
        ..DeadLetterFilter::default()
    };
    assert_eq!(page(storage, &acme, &filter).await.total, 2);
}

/// It is due at once, and earlier attempts are shown but do not count.
pub async fn a_replayed_one_has_the_whole_ladder_again(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    dead(storage, &acme, &["a", "b", "c"]).await;
    let (all, due) = (DeadLetterFilter::default(), now());
    let some = replay_dead_letters(storage, &acme, &all, due, 2).await;
    assert_eq!(some.expect("replayed"), 2);
    let rest = page(storage, &acme, &all).await;
    assert_eq!(rest.items[0].code, "c", "the oldest went first");
    let released = release(storage, due).await;
    let jobs = load(storage, &one(released.dispatches)).await;
    let jobs = jobs.expect("there").jobs;
    assert_eq!(jobs.len(), 2);
    assert_eq!((jobs[0].attempts_made, jobs[0].ladder_from), (1, 1));
    let (id, delivery) = (jobs[0].notification.id, jobs[0].delivery_id);
    let start = storage.start(&acme, id, delivery, "a").await;
    assert_eq!(start.expect("asked"), Start::Started { unfinished: 1 });
    let again = finished(&jobs[0], DeliveryState::Dead);
    record(storage, None, vec![again]).await;
    let found = page(storage, &acme, &all).await;
    assert_eq!(found.total, 2, "it may die again");
    assert_eq!(found.items[0].attempts, 2);
}

/// The list forgets it, its story does not.
pub async fn what_is_purged_stays_dead(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let job = dead(storage, &acme, &["a"]).await.remove(0);
    let all = DeadLetterFilter::default();
    let purged = purge_dead_letters(storage, &acme, &all, 10).await;
    assert_eq!(purged.expect("purged"), 1);
    assert_eq!(page(storage, &acme, &all).await.total, 0);
    let reported = storage.timeline(&acme, job.notification.id).await;
    let reported = reported.expect("read").expect("there");
    assert_eq!(reported.deliveries[0].state, DeliveryState::Dead);
    let replayed = replay_dead_letters(storage, &acme, &all, now(), 10).await;
    assert_eq!(replayed.expect("asked"), 0);
}

/// Once each however often they are buried, beside what died, with nothing that they do not know; and
/// the number over all tenants counts them.
pub async fn messages_are_buried_once(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    dead(storage, &acme, &["a"]).await;
    let (mine, stray) = (message(&acme, b"1"), message(&other, b"2"));
    let stray = BuriedMessage {
        channel: None,
        ..stray
    };
    let both = [mine.clone(), stray.clone()];
    let first = storage.bury_messages(&both[..1]).await;
    assert_eq!(first.expect("buried"), 1);
    let again = storage.bury_messages(&both).await;
    assert_eq!(again.expect("buried"), 1, "one was there");
    let doubled = storage.bury_messages(&[stray.clone(), stray.clone()]).await;
    assert_eq!(doubled.expect("buried"), 0);
    let none = storage.bury_messages(&[]).await;
    assert_eq!(none.expect("nothing to do"), 0);
    let unreadable = DeadLetterFilter {
        code: Some(UNREADABLE_MESSAGE.into()),
        ..DeadLetterFilter::default()
    };
    for (tenant, buried) in [(&acme, &mine), (&other, &stray)] {
        let page = page(storage, tenant, &unreadable).await;
        assert_eq!(page.items.len(), 1, "{tenant}");
        let letter = &page.items[0];
        assert_eq!(letter.id, buried.id);
        assert_eq!((letter.notification_id, &letter.user_id), (None, &None));
        assert_eq!(letter.channel, buried.channel);
        assert_eq!(letter.detail, buried.detail);
        assert_eq!((letter.attempts, letter.died_at), (0, buried.died_at));
    }
    let all = DeadLetterFilter::default();
    assert_eq!(page(storage, &acme, &all).await.total, 2);
    let count = storage.dead_letter_count().await;
    assert_eq!(count.expect("counted"), 3);
}

/// There is nothing in them to deliver: a replay leaves them there and says so, a purge does not.
pub async fn buried_messages_are_purged_and_never_replayed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let buried = [message(&acme, b"1"), message(&acme, b"2")];
    let done = storage.bury_messages(&buried).await;
    assert_eq!(done.expect("buried"), 2);
    dead(storage, &acme, &["a"]).await;
    let (all, due) = (DeadLetterFilter::default(), now());
    // The oldest come first: a limit must not be used up by what cannot be replayed.
    let replayed = replay_dead_letters(storage, &acme, &all, due, 1).await;
    assert_eq!(replayed.expect("replayed"), 1);
    let named = DeadLetterFilter {
        ids: Some(vec![buried[0].id]),
        ..DeadLetterFilter::default()
    };
    let replayed = replay_dead_letters(storage, &acme, &named, due, 10).await;
    assert_eq!(replayed.expect("asked"), 0);
    assert_eq!(page(storage, &acme, &all).await.total, 2);
    let purged = purge_dead_letters(storage, &acme, &named, 10).await;
    assert_eq!(purged.expect("purged"), 1);
    assert_eq!(page(storage, &acme, &all).await.items[0].id, buried[1].id);
}

fn message(tenant: &TenantId, bytes: &[u8]) -> BuriedMessage {
    BuriedMessage {
        id: DeliveryId::of_message(&[tenant.as_str().as_bytes(), bytes]),
        tenant: tenant.clone(),
        channel: Some(Channel::Webhook),
        lane: Lane::Bulk,
        detail: "no words".into(),
        died_at: now() - TimeDelta::minutes(1),
    }
}

/// Two operators with the same wish do not make two deliveries of one.
pub async fn replays_at_once_revive_each_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let users: Vec<String> = (0..20).map(|n| format!("u{n}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    dead(storage.as_ref(), &acme, &users).await;
    let due = now();
    let callers = [(); 4].map(|()| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        tokio::spawn(async move {
            let all = DeadLetterFilter::default();
            let replayed = replay_dead_letters(storage.as_ref(), &acme, &all, due, 100).await;
            replayed.expect("replayed")
        })
    });
    let mut replayed = 0;
    for caller in callers {
        replayed += caller.await.expect("no panic");
    }
    assert_eq!(replayed, 20);
    let released = release(storage.as_ref(), due).await;
    assert_eq!(one(released.dispatches).size, 20);
}
