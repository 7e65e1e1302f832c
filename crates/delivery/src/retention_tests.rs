//! What is removed is not shown any more, cached or not.

use std::sync::Arc;

use bytes::Bytes;
use campanile_cache::{InProcessBus, InProcessInboxCache, InboxCache, Life, Look};
use campanile_domain::{NotificationId, SystemClock};
use campanile_queue::InProcessQueue;
use campanile_storage_contract::fixture::{accept, notification, tenants, user};
use campanile_storage_sqlite::SqliteStorage;
use chrono::{TimeDelta, Utc};

use super::*;

#[tokio::test]
async fn the_inboxes_that_lose_something_are_voided_and_no_others() {
    let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    let storage = Arc::new(SqliteStorage::open(&dir.join("t.db")).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let now = Utc::now();
    let mut old = notification(&acme, "u");
    old.id = NotificationId::at(now - TimeDelta::days(100));
    accept(storage.as_ref(), vec![old, notification(&acme, "v")]).await;
    // As a plan that calls nobody leaves it.
    let planned = campanile_storage_contract::fixture::plan(storage.as_ref(), &[]).await;
    assert!(planned.dispatches.is_empty());

    let inboxes = Arc::new(InProcessInboxCache::new(10));
    let boxes = ["u", "v"].map(|name| Mailbox::new(&acme, &user(name)));
    let until = Life::until(now + TimeDelta::minutes(5));
    for whose in &boxes {
        let Look::Miss(ticket) = inboxes.look(whose, "q", now).await else {
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
    let run = RetentionRun {
        default: RetentionDays::DEFAULT,
        now,
        dry_run: false,
    };
    let report = retained(&parts, run).await.unwrap();
    assert_eq!(report.removed().notifications, 1, "{report:?}");
    let hit = async |whose| matches!(inboxes.look(whose, "q", now).await, Look::Hit(_));
    assert!(!hit(&boxes[0]).await, "it shows what is gone");
    assert!(hit(&boxes[1]).await, "nothing of it has changed");
    std::fs::remove_dir_all(&dir).ok();
}
