//! A house of several tenants whose providers are scripted and whose clock the test moves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use campanile_cache::{Bus, InProcessBus, Wake};
use campanile_channels::{ChannelSender, Envelope, Rendered};
use campanile_delivery::{
    AccountSpec, Accounts, Addresses, BreakerSettings, Delivery, DeliveryParts, DeliverySettings,
    Share,
};
use campanile_domain::{
    Channel, Clock, Lane, ManualClock, Notification, NotificationId, NotificationType, Outcome,
    OutcomeKind, Priority, TenantId, UserId,
};
use campanile_links::Links;
use campanile_queue::InProcessQueue;
use campanile_storage::{AcceptItem, AcceptOutcome, AccountTrouble, RelayLimits, Storage, Tenants};
use campanile_storage_sqlite::SqliteStorage;
use chrono::{TimeDelta, Utc};
use tokio::sync::watch;

pub use campanile_domain::Delivery as Row;

/// The channel of accounts that are not distinguished.
pub const CHANNEL: Channel = Channel::Webhook;

/// A provider that answers as it is set, or not until it is set.
pub struct Fake {
    channel: Channel,
    concurrency: usize,
    answer: Mutex<OutcomeKind>,
    /// A text that it rejects.
    rejected: Mutex<Option<String>>,
    calls: AtomicUsize,
    hangs: watch::Sender<bool>,
    called: Mutex<Vec<String>>,
    rendered: Mutex<Vec<Rendered>>,
}

impl Fake {
    pub fn of(concurrency: usize) -> Arc<Self> {
        Self::through(CHANNEL, concurrency)
    }

    /// Of another channel.
    pub fn through(channel: Channel, concurrency: usize) -> Arc<Self> {
        Arc::new(Self {
            channel,
            concurrency,
            answer: Mutex::new(OutcomeKind::Delivered),
            rejected: Mutex::default(),
            calls: AtomicUsize::new(0),
            hangs: watch::Sender::new(false),
            called: Mutex::default(),
            rendered: Mutex::default(),
        })
    }

    /// What people read of the calls, in order.
    pub fn rendered(&self) -> Vec<Rendered> {
        self.rendered.lock().unwrap().clone()
    }

    /// The addresses that were called, in order.
    pub fn called(&self) -> Vec<String> {
        self.called.lock().unwrap().clone()
    }

    pub fn answers(&self, kind: OutcomeKind) {
        *self.answer.lock().unwrap() = kind;
    }

    /// Rejects messages with this text.
    pub fn rejects(&self, text: &str) {
        *self.rejected.lock().unwrap() = Some(text.to_owned());
    }

    pub fn hangs(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ChannelSender for Fake {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.called
            .lock()
            .unwrap()
            .push(envelope.address.to_owned());
        self.rendered
            .lock()
            .unwrap()
            .push(envelope.rendered.clone());
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut hangs = self.hangs.subscribe();
        hangs.wait_for(|hangs| !hangs).await.unwrap();
        let rejected = self.rejected.lock().unwrap().clone();
        let answer = match rejected == Some(envelope.rendered.text.clone()) {
            true => OutcomeKind::Rejected,
            false => *self.answer.lock().unwrap(),
        };
        Outcome::new(answer, "scripted", "as set")
    }
}

pub struct House {
    pub storage: Arc<dyn Storage>,
    pub accounts: Arc<Accounts>,
    pub clock: Arc<ManualClock>,
    /// How long calls may take that are under way when a delivery is stopped.
    pub grace: Duration,
    /// Makes the links in mails.
    pub links: Option<Links>,
    bus: Arc<InProcessBus>,
    dir: std::path::PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl House {
    pub async fn build(tenants: &[&str]) -> Self {
        let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let storage = SqliteStorage::open(&dir.join("t.db")).await.unwrap();
        for tenant in tenants {
            let tenant = TenantId::parse(tenant).unwrap();
            storage.create_tenant(&tenant, Utc::now()).await.unwrap();
        }
        Self {
            storage: Arc::new(storage),
            accounts: Arc::default(),
            clock: Arc::new(ManualClock::new(Utc::now())),
            grace: DeliverySettings::default().grace,
            links: None,
            bus: Arc::new(InProcessBus::new()),
            dir,
        }
    }

    /// Tenant, account and provider.
    pub fn use_accounts(&self, accounts: &[(&str, &str, &Arc<Fake>)]) {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|(t, n, f)| (*t, *n, None, *f))
            .collect();
        self.use_accounts_failing_over(&accounts);
    }

    /// Tenant, account, the account that takes over, and provider.
    pub fn use_accounts_failing_over(&self, accounts: &[(&str, &str, Option<&str>, &Arc<Fake>)]) {
        let specs: Vec<_> = accounts
            .iter()
            .map(|(tenant, name, failover_to, fake)| AccountSpec {
                name: (*name).into(),
                tenant: TenantId::parse(tenant).unwrap(),
                version: "1".into(),
                addresses: match fake.channel.is_addressed_to_users() {
                    true => Addresses::OfUsers,
                    false => Addresses::OfTenant("https://example.com/".into()),
                },
                sender: Arc::<Fake>::clone(fake),
                breaker: BreakerSettings::default(),
                share: Share {
                    weight: None,
                    failover_to: failover_to.map(str::to_owned),
                },
                fault: None,
            })
            .collect();
        self.accounts.replace(&specs);
    }

    pub async fn deliver(&self, dispatch_size: usize) -> Delivery {
        self.deliver_by(CHANNEL, dispatch_size).await
    }

    pub async fn deliver_by(&self, channel: Channel, dispatch_size: usize) -> Delivery {
        let settings = DeliverySettings {
            relay: RelayLimits {
                dispatch_size,
                ..Default::default()
            },
            poll: Duration::from_millis(20),
            grace: self.grace,
            links: self.links.clone(),
            ..Default::default()
        };
        let parts = DeliveryParts {
            storage: Arc::clone(&self.storage),
            queue: Arc::new(InProcessQueue::new()),
            bus: self.bus.clone(),
            inboxes: Arc::new(campanile_cache::NoInboxCache),
            wording: campanile_wording::Wording::new(self.storage.clone()),
            presence: Arc::new(campanile_pipeline::NoPresence),
            clock: self.clock.clone(),
            random: campanile_domain::Random::system(),
            accounts: Arc::clone(&self.accounts),
            channels: vec![channel],
        };
        Delivery::start(parts, settings).await.unwrap()
    }

    pub async fn accept(&self, tenant: &str, count: usize) -> Vec<(TenantId, NotificationId)> {
        self.accept_changed(tenant, count, |_| {}).await
    }

    /// The plainest notification, of the type `t`.
    pub fn plain(&self, tenant: &str, user: &UserId) -> Notification {
        let now = self.clock.now();
        Notification {
            id: NotificationId::at(now),
            tenant: TenantId::parse(tenant).unwrap(),
            user_id: user.clone(),
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
        }
    }

    /// Accepts notifications that differ from the plainest.
    pub async fn accept_changed(
        &self,
        tenant: &str,
        count: usize,
        change: impl Fn(&mut Notification),
    ) -> Vec<(TenantId, NotificationId)> {
        let tenant = TenantId::parse(tenant).unwrap();
        let mut notifications: Vec<_> = (0..count)
            .map(|n| self.plain(tenant.as_str(), &UserId::parse(&format!("u{n}")).unwrap()))
            .collect();
        notifications.iter_mut().for_each(change);
        let ids = notifications.iter().map(|n| (tenant.clone(), n.id));
        let ids = ids.collect();
        let item = AcceptItem {
            tenant: tenant.clone(),
            notifications,
            lane: Lane::Default,
            idempotency: None,
            trace: None,
        };
        let outcomes = self.storage.accept([item].into()).await.unwrap();
        assert_eq!(outcomes, [AcceptOutcome::Accepted]);
        self.bus.wake(Wake::Outbox);
        ids
    }

    /// Waits, with the clock standing still, until something holds.
    pub async fn until(&self, holds: impl Fn() -> bool) {
        let waited = async {
            while !holds() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waited).await;
        waited.expect("it never held");
    }

    /// The reported troubles, once there are so many of them.
    pub async fn troubles(&self, count: usize) -> Vec<AccountTrouble> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let reported = self.storage.troubles(None, chrono::DateTime::UNIX_EPOCH);
            let reported = reported.await.unwrap();
            if reported.len() == count {
                return reported;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "reported: {reported:?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits, with the clock standing still, until it holds for every delivery.
    pub async fn all(
        &self,
        ids: &[(TenantId, NotificationId)],
        holds: impl Fn(&Row) -> bool,
    ) -> Vec<Row> {
        self.rows_when(ids, holds, TimeDelta::zero()).await
    }

    /// Lets the time go by until it holds for every delivery.
    pub async fn in_time(
        &self,
        ids: &[(TenantId, NotificationId)],
        holds: impl Fn(&Row) -> bool,
    ) -> Vec<Row> {
        self.rows_when(ids, holds, TimeDelta::seconds(1)).await
    }

    /// The same in so small steps that what waits for minutes does not come in the test's time.
    pub async fn in_seconds(
        &self,
        ids: &[(TenantId, NotificationId)],
        holds: impl Fn(&Row) -> bool,
    ) -> Vec<Row> {
        self.rows_when(ids, holds, TimeDelta::milliseconds(50))
            .await
    }

    async fn rows_when(
        &self,
        ids: &[(TenantId, NotificationId)],
        holds: impl Fn(&Row) -> bool,
        step: TimeDelta,
    ) -> Vec<Row> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        let mut rows = Vec::new();
        for (tenant, id) in ids {
            loop {
                let reported = self.storage.timeline(tenant, *id).await.unwrap();
                let deliveries = reported.expect("accepted").deliveries;
                if let [row] = &deliveries[..]
                    && holds(row)
                {
                    rows.push(row.clone());
                    break;
                }
                let now = tokio::time::Instant::now();
                assert!(
                    now < deadline,
                    "not yet at {}: {deliveries:?}",
                    self.clock.now()
                );
                self.clock.advance(step);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        rows
    }
}
