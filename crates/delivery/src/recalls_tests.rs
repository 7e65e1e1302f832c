//! A send to a topic is cancelled while a worker delivers.

use std::sync::Arc;

use bytes::Bytes;
use campanile_cache::{InProcessBus, InProcessInboxCache, InboxCache, Life, Look, Mailbox};
use campanile_domain::{DeliveryState, SystemClock};
use campanile_pipeline::{NoWords, cancel_fanout, start_fanout, step_fanout};
use campanile_queue::InProcessQueue;
use campanile_storage::{Fanouts, NewFanout, StepLimits, Timeline, Topics};
use campanile_storage_contract::fixture::{
    fanout, finished, load, now, one, plan, record, tenants, user,
};
use campanile_storage_sqlite::SqliteStorage;
use chrono::TimeDelta;

use super::*;

#[tokio::test]
async fn what_has_not_left_is_cancelled_and_its_inboxes_are_voided() {
    let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    let storage = Arc::new(SqliteStorage::open(&dir.join("t.db")).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let sent = fanout(&acme);
    let users = ["early", "late"].map(user);
    let subscribed = storage.subscribe(&acme, &sent.topic, &users, now());
    subscribed.await.unwrap();
    let id = sent.id;
    let new = NewFanout {
        fanout: sent,
        idempotency: None,
    };
    start_fanout(&storage, new.into()).await.unwrap();
    let limits = StepLimits::default();
    let made = step_fanout(&storage, NoWords::shared(), limits, None, now())
        .await
        .unwrap();
    assert_eq!(made.step.unwrap().notifications, 2);
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let dispatch = one(planned.dispatches);
    let jobs = load(storage.as_ref(), &dispatch).await.unwrap().jobs;
    let of = |who: &UserId| jobs.iter().find(|job| job.notification.user_id == *who);
    let [early, late] = [of(&users[0]).unwrap(), of(&users[1]).unwrap()];
    let left = finished(early, DeliveryState::Sent);
    record(storage.as_ref(), None, vec![left]).await;

    let inboxes = Arc::new(InProcessInboxCache::new(10));
    let boxes = users.each_ref().map(|who| Mailbox::new(&acme, who));
    let until = Life::until(now() + TimeDelta::minutes(5));
    for whose in &boxes {
        let Look::Miss(ticket) = inboxes.look(whose, "q", now()).await else {
            panic!("new");
        };
        let answer = Bytes::from_static(b"{}");
        inboxes.keep(whose, "q", ticket, answer, until).await;
    }
    let parts = DeliveryParts {
        storage: storage.clone(),
        queue: Arc::new(InProcessQueue::new()),
        bus: Arc::new(InProcessBus::new()),
        inboxes: inboxes.clone(),
        wording: campanile_wording::Wording::new(storage.clone()),
        presence: Arc::new(campanile_pipeline::NoPresence),
        clock: Arc::new(SystemClock),
        random: campanile_domain::Random::system(),
        accounts: Arc::default(),
        channels: Vec::new(),
    };
    let stop = CancellationToken::new();
    let poll = Duration::from_millis(5);
    let running = tokio::spawn(run(parts, poll, stop.clone()));
    cancel_fanout(&storage, &acme, id, now()).await.unwrap();
    let cancelled = async {
        loop {
            let stands = storage.fanout(&acme, id).await.unwrap().unwrap();
            if !stands.recalling {
                return stands.recalled;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), cancelled).await;
    assert_eq!(waited.expect("it is cancelled"), 1);
    stop.cancel();
    running.await.unwrap();

    let hit = async |whose| matches!(inboxes.look(whose, "q", now()).await, Look::Hit(_));
    assert!(hit(&boxes[0]).await, "nothing of it has changed");
    assert!(!hit(&boxes[1]).await, "it shows what is cancelled");
    for (job, state) in [
        (early, DeliveryState::Sent),
        (late, DeliveryState::Cancelled),
    ] {
        let reported = storage.timeline(&acme, job.notification.id).await.unwrap();
        assert_eq!(reported.unwrap().deliveries[0].state, state);
    }
    let left = load(storage.as_ref(), &dispatch).await.unwrap();
    assert!(left.jobs.is_empty(), "nobody is called any more");
    std::fs::remove_dir_all(&dir).ok();
}
