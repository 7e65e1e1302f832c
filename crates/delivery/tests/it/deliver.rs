//! The way from accepted to recorded, on a real database with the in-process queue. The provider
//! here is scripted; the real ones are tested in `channels` and in the binary's own tests.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use campanile_cache::{Bus, InProcessBus, Wake};
use campanile_channels::{ChannelSender, Envelope};
use campanile_delivery::{
    AccountSpec, Accounts, Addresses, BreakerSettings, Delivery, DeliveryParts, DeliverySettings,
};
use campanile_domain::{
    Channel, Delivery as DeliveryRow, DeliveryId, DeliveryState, Lane, Notification,
    NotificationId, NotificationType, Outcome, OutcomeKind, Priority, RetryLadder, SystemClock,
    TenantId, UserId,
};
use campanile_queue::{InProcessQueue, Queue};
use campanile_storage::{AcceptItem, AcceptOutcome, Storage, Tenants};
use campanile_storage_sqlite::SqliteStorage;
use chrono::Utc;

/// Answers by script, then with success; keeps what it was asked to send.
#[derive(Default)]
struct Scripted {
    script: Mutex<VecDeque<OutcomeKind>>,
    sent: Mutex<Vec<DeliveryId>>,
    panics_for: Mutex<Option<UserId>>,
}

#[async_trait]
impl ChannelSender for Scripted {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    fn concurrency(&self) -> usize {
        8
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.sent.lock().unwrap().push(envelope.delivery_id);
        if self.panics_for.lock().unwrap().as_ref() == Some(&envelope.notification.user_id) {
            panic!("a poisoned message");
        }
        let kind = self
            .script
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(OutcomeKind::Delivered);
        Outcome::new(kind, "scripted", "as the script says")
    }
}

struct House {
    storage: Arc<dyn Storage>,
    channel: Arc<Scripted>,
    bus: Arc<InProcessBus>,
    tenant: TenantId,
    _dir: TempDir,
}

struct TempDir(std::path::PathBuf);

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl House {
    async fn build() -> Self {
        let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let storage = SqliteStorage::open(&dir.join("t.db")).await.unwrap();
        let tenant = TenantId::parse("default").unwrap();
        let ladder = RetryLadder::new(vec![Duration::from_millis(20); 2]);
        storage
            .set_retry_ladder(&tenant, ladder.as_ref())
            .await
            .unwrap();
        Self {
            storage: Arc::new(storage),
            channel: Arc::default(),
            bus: Arc::new(InProcessBus::new()),
            tenant,
            _dir: TempDir(dir),
        }
    }

    async fn deliver(&self) -> Delivery {
        let account = AccountSpec {
            name: "own".into(),
            tenant: self.tenant.clone(),
            version: "1".into(),
            addresses: Addresses::OfTenant("https://example.com/".into()),
            sender: self.channel.clone(),
            share: Default::default(),
            fault: None,
            breaker: BreakerSettings {
                failures: 100,
                ..BreakerSettings::default()
            },
        };
        let queue: Arc<dyn Queue> = Arc::new(InProcessQueue::new());
        let settings = DeliverySettings {
            poll: Duration::from_millis(20),
            ..Default::default()
        };
        let parts = DeliveryParts {
            storage: Arc::clone(&self.storage),
            queue,
            bus: self.bus.clone(),
            inboxes: Arc::new(campanile_cache::NoInboxCache),
            wording: campanile_wording::Wording::new(self.storage.clone()),
            presence: Arc::new(campanile_pipeline::NoPresence),
            clock: Arc::new(SystemClock),
            random: campanile_domain::Random::system(),
            accounts: Arc::new(Accounts::new(&[account])),
            channels: vec![Channel::Webhook],
        };
        Delivery::start(parts, settings).await.unwrap()
    }

    async fn accept(
        &self,
        users: &[&str],
        change: impl Fn(&mut Notification),
    ) -> Vec<NotificationId> {
        let now = Utc::now();
        let notifications: Vec<_> = users
            .iter()
            .map(|user| {
                let mut notification = Notification {
                    id: NotificationId::at(now),
                    tenant: self.tenant.clone(),
                    user_id: UserId::parse(user).unwrap(),
                    notification_type: NotificationType::parse("t").unwrap(),
                    priority: Priority::Normal,
                    title: None,
                    body: None,
                    content: "{}".into(),
                    channels: None,
                    send_at: None,
                    expires_at: None,
                    collapse_key: None,
                    item: Default::default(),
                    correlation_id: "test".into(),
                    created_at: now,
                };
                change(&mut notification);
                notification
            })
            .collect();
        let ids = notifications.iter().map(|n| n.id).collect();
        let item = AcceptItem {
            tenant: self.tenant.clone(),
            notifications,
            lane: Lane::Default,
            idempotency: None,
            trace: None,
        };
        assert_eq!(
            self.storage.accept([item].into()).await.unwrap(),
            [AcceptOutcome::Accepted]
        );
        self.bus.wake(Wake::Outbox);
        ids
    }

    /// Waits until the notification's only delivery is final, and shows it.
    async fn settled(&self, id: NotificationId) -> DeliveryRow {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            let record = self
                .storage
                .timeline(&self.tenant, id)
                .await
                .unwrap()
                .expect("accepted");
            if let [delivery] = &record.deliveries[..]
                && !delivery.state.is_open()
            {
                return delivery.clone();
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "not settled: {record:?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until no row waits any more.
    async fn idle(&self) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            let depth = self.storage.depth(Utc::now()).await.unwrap();
            if depth.outbox + depth.dispatched + depth.scheduled == 0 {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "not idle: {depth:?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn everything_accepted_is_sent_once_and_no_row_is_left_waiting() {
    let house = House::build().await;
    let delivery = house.deliver().await;
    let users: Vec<String> = (0..300).map(|n| format!("u{n}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let ids = house.accept(&users, |_| {}).await;
    for id in ids {
        assert_eq!(house.settled(id).await.state, DeliveryState::Sent);
    }
    house.idle().await;
    let mut counts = HashMap::new();
    for id in house.channel.sent.lock().unwrap().iter() {
        *counts.entry(*id).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 300);
    assert!(counts.values().all(|n| *n == 1));
    delivery.stop().await;
}

#[tokio::test]
async fn a_failure_is_retried_under_the_same_id_and_dead_after_the_last_step() {
    let house = House::build().await;
    house
        .channel
        .script
        .lock()
        .unwrap()
        .extend([OutcomeKind::Retry; 3]);
    let delivery = house.deliver().await;
    let ids = house.accept(&["u"], |_| {}).await;
    let dead = house.settled(ids[0]).await;
    assert_eq!(dead.state, DeliveryState::Dead);
    assert_eq!(dead.reason.as_deref(), Some("attempts_exhausted"));
    assert_eq!(
        dead.attempts.iter().map(|a| a.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert!(dead.attempts[0].retry_at.is_some() && dead.attempts[2].retry_at.is_none());
    assert_eq!(*house.channel.sent.lock().unwrap(), [dead.id; 3]);
    house.idle().await;
    delivery.stop().await;
}

#[tokio::test]
async fn a_panic_in_one_message_spares_its_neighbours() {
    let house = House::build().await;
    *house.channel.panics_for.lock().unwrap() = Some(UserId::parse("bad").unwrap());
    let delivery = house.deliver().await;
    let ids = house.accept(&["a", "bad", "b"], |_| {}).await;
    assert_eq!(house.settled(ids[0]).await.state, DeliveryState::Sent);
    assert_eq!(house.settled(ids[2]).await.state, DeliveryState::Sent);
    let bad = house.settled(ids[1]).await;
    assert_eq!(
        (bad.state, bad.attempts[0].code.as_str()),
        (DeliveryState::Dead, "panic")
    );
    delivery.stop().await;
}

#[tokio::test]
async fn a_scheduled_one_waits_and_an_expired_one_is_never_sent() {
    let house = House::build().await;
    let delivery = house.deliver().await;
    let soon = Utc::now() + chrono::TimeDelta::milliseconds(400);
    let later = house.accept(&["later"], |n| n.send_at = Some(soon)).await;
    let expired = house
        .accept(&["late"], |n| n.expires_at = Some(n.created_at))
        .await;
    assert_eq!(
        house.settled(expired[0]).await.state,
        DeliveryState::Expired
    );
    let sent = house.settled(later[0]).await;
    assert_eq!(sent.state, DeliveryState::Sent);
    assert!(sent.attempts[0].started_at >= soon);
    assert_eq!(house.channel.sent.lock().unwrap().len(), 1);
    delivery.stop().await;
}

#[tokio::test]
async fn what_a_stopped_process_left_is_sent_by_the_next() {
    let house = House::build().await;
    let first = house.deliver().await;
    first.stop().await;
    // Accepted and planned by nobody: only rows are left for the next one.
    let ids = house.accept(&["u1", "u2"], |_| {}).await;
    house.storage.ring_all(Utc::now()).await.unwrap();
    let second = house.deliver().await;
    for id in ids {
        assert_eq!(house.settled(id).await.state, DeliveryState::Sent);
    }
    house.idle().await;
    second.stop().await;
}
