//! A back end in memory: what the API asks for works, what only workers ask for does not.

mod address_book;
mod cancel;
mod dead_letters;
mod inbox;
mod plan_marks;
mod preferences;
mod providers;
mod retention;
mod topics;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{
    Delivery, DeliveryId, Device, InboxMarks, Mark, MarkPlace, Notification, NotificationId,
    Preferences, ProviderName, RetentionDays, RetryLadder, Routes, Tenant, TenantId,
    TenantPreferences, TopicKey, User, UserId, WorkerId,
};
use campanile_storage::{
    Accept, AcceptItem, AcceptOutcome, DeadLetter, Depth, Dispatch, DispatchRef, Dispatches,
    Expedite, LoadedDispatch, Maintenance, Planned, Provider, Record, Relay, RelayLimits,
    ReleaseLimits, Reported, Schedule, Standing, Start, StorageError, Tenants, Timeline,
    TimelineRecord, WorkerReport, WorkerReports, WorkerRow, Workers,
};
use chrono::{DateTime, Utc};

/// Fingerprint and answer by tenant and key.
type Keys = HashMap<(TenantId, String), ([u8; 32], String)>;

#[derive(Default)]
pub struct MemoryStorage {
    tenants: Mutex<HashSet<TenantId>>,
    rows: Mutex<Vec<Notification>>,
    marks: Mutex<HashMap<NotificationId, InboxMarks>>,
    cancelled: Mutex<HashMap<NotificationId, DateTime<Utc>>>,
    keys: Mutex<Keys>,
    pub deliveries: Mutex<Vec<Delivery>>,
    pub users: Mutex<Vec<User>>,
    devices: Mutex<Vec<Device>>,
    preferences: Mutex<HashMap<(TenantId, UserId), Arc<Preferences>>>,
    tenant_preferences: Mutex<HashMap<TenantId, Arc<TenantPreferences>>>,
    pub plan_marks: Mutex<HashMap<MarkPlace, Mark>>,
    retention: Mutex<HashMap<TenantId, RetentionDays>>,
    pub dead: Mutex<Vec<(TenantId, DeadLetter)>>,
    pub troubles: Mutex<Vec<campanile_storage::AccountTrouble>>,
    pub pauses: Mutex<Vec<campanile_storage::AccountPause>>,
    pub providers: Mutex<BTreeMap<(TenantId, ProviderName), Provider>>,
    topics: Mutex<BTreeMap<(TenantId, TopicKey), BTreeSet<UserId>>>,
    fanouts: Mutex<Vec<(TenantId, campanile_storage::FanoutProgress)>>,
    wrapped: Mutex<HashMap<TenantId, Vec<u8>>>,
    pub down: AtomicBool,
    pub panics: AtomicBool,
    pub hangs: AtomicBool,
    pub reschedules_fail: AtomicBool,
    pub tenant_questions: AtomicUsize,
    pub inbox_questions: AtomicUsize,
}

impl MemoryStorage {
    pub fn with_tenants(names: &[&str]) -> Self {
        let storage = Self::default();
        for name in names {
            let tenant = TenantId::parse(name).unwrap();
            storage.tenants.lock().unwrap().insert(tenant);
        }
        storage
    }

    fn up(&self) -> Result<(), StorageError> {
        if self.down.load(Ordering::Relaxed) {
            Err(StorageError::Unavailable("switched off".into()))
        } else {
            Ok(())
        }
    }
}

fn workers_only<T>() -> Result<T, StorageError> {
    Err(StorageError::Refused("not part of this back end".into()))
}

#[async_trait]
impl Tenants for MemoryStorage {
    async fn create_tenant(
        &self,
        id: &TenantId,
        _now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        Ok(self.tenants.lock().unwrap().insert(id.clone()))
    }

    async fn set_retry_ladder(
        &self,
        _id: &TenantId,
        _ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError> {
        workers_only()
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        self.up()?;
        self.tenant_questions.fetch_add(1, Ordering::Relaxed);
        let known = self.tenants.lock().unwrap().contains(id);
        Ok(known.then(|| Tenant {
            id: id.clone(),
            created_at: DateTime::UNIX_EPOCH,
            retry_ladder: None,
            retention: self.retention.lock().unwrap().get(id).copied(),
        }))
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl Accept for MemoryStorage {
    async fn accept(&self, batch: Arc<[AcceptItem]>) -> Result<Vec<AcceptOutcome>, StorageError> {
        self.up()?;
        let mut keys = self.keys.lock().unwrap();
        let mut rows = self.rows.lock().unwrap();
        let mut accept = |item: AcceptItem| {
            if let Some(key) = item.idempotency {
                match keys.get(&(item.tenant.clone(), key.key.clone())) {
                    Some((print, response)) if *print == key.fingerprint => {
                        let response = response.clone();
                        return AcceptOutcome::Replayed { response };
                    }
                    Some(_) => return AcceptOutcome::KeyReused,
                    None => {
                        let value = (key.fingerprint, key.response);
                        keys.insert((item.tenant, key.key), value);
                    }
                }
            }
            rows.extend(item.notifications);
            AcceptOutcome::Accepted
        };
        Ok(batch.iter().cloned().map(&mut accept).collect())
    }

    async fn was_accepted(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        let rows = self.rows.lock().unwrap();
        Ok(rows.iter().any(|n| n.tenant == *tenant && n.id == id))
    }

    async fn earlier_answer(
        &self,
        tenant: &TenantId,
        key: &str,
        fingerprint: &[u8; 32],
        _now: DateTime<Utc>,
    ) -> Result<Option<String>, StorageError> {
        self.up()?;
        let keys = self.keys.lock().unwrap();
        let kept = keys.get(&(tenant.clone(), key.to_owned()));
        let same = kept.filter(|(print, _)| print == fingerprint);
        Ok(same.map(|(_, response)| response.clone()))
    }
}

#[async_trait]
impl Timeline for MemoryStorage {
    async fn timeline(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<TimelineRecord>, StorageError> {
        self.up()?;
        let rows = self.rows.lock().unwrap();
        let found = rows.iter().find(|n| n.tenant == *tenant && n.id == id);
        let deliveries = self.deliveries.lock().unwrap();
        Ok(found.map(|notification| TimelineRecord {
            notification: notification.clone(),
            marks: self
                .marks
                .lock()
                .unwrap()
                .get(&id)
                .copied()
                .unwrap_or_default(),
            cancelled_at: self.cancelled.lock().unwrap().get(&id).copied(),
            deliveries: deliveries
                .iter()
                .filter(|d| d.notification_id == id)
                .cloned()
                .collect(),
        }))
    }
}

#[async_trait]
impl Maintenance for MemoryStorage {
    async fn ping(&self) -> Result<Duration, StorageError> {
        self.up().map(|()| Duration::from_millis(1))
    }

    async fn depth(&self, _now: DateTime<Utc>) -> Result<Depth, StorageError> {
        workers_only()
    }

    async fn dead_letter_count(&self) -> Result<u64, StorageError> {
        workers_only()
    }

    async fn make_partitions_ahead(&self, _now: DateTime<Utc>) -> Result<(), StorageError> {
        workers_only()
    }

    async fn expire_idempotency_keys(&self, _now: DateTime<Utc>) -> Result<u64, StorageError> {
        workers_only()
    }

    async fn analyze_grown(&self) -> Result<Option<String>, StorageError> {
        workers_only()
    }

    async fn close(&self) {}
}

#[async_trait]
impl Dispatches for MemoryStorage {
    async fn load(
        &self,
        _refs: &[DispatchRef],
    ) -> Result<Vec<Option<LoadedDispatch>>, StorageError> {
        workers_only()
    }

    async fn look_again(
        &self,
        _tenant: &TenantId,
        _notification: NotificationId,
        _delivery: DeliveryId,
    ) -> Result<Option<Standing>, StorageError> {
        workers_only()
    }

    async fn start(
        &self,
        _tenant: &TenantId,
        _notification: NotificationId,
        _delivery: DeliveryId,
        _account: &str,
    ) -> Result<Start, StorageError> {
        workers_only()
    }

    async fn record(&self, _record: Record) -> Result<(), StorageError> {
        workers_only()
    }

    async fn hold(
        &self,
        _worker: WorkerId,
        _dispatches: &[(TenantId, campanile_domain::DispatchId)],
    ) -> Result<(), StorageError> {
        workers_only()
    }

    async fn let_go(
        &self,
        _worker: WorkerId,
        _dispatches: &[(TenantId, campanile_domain::DispatchId)],
    ) -> Result<(), StorageError> {
        workers_only()
    }

    async fn ring_again(
        &self,
        _dispatches: &[(TenantId, campanile_domain::DispatchId)],
        _at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        workers_only()
    }

    async fn ring_all(&self, _now: DateTime<Utc>) -> Result<u64, StorageError> {
        workers_only()
    }

    async fn take_due(
        &self,
        _now: DateTime<Utc>,
        _alive_since: DateTime<Utc>,
        _limit: u32,
    ) -> Result<Vec<Dispatch>, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl Relay for MemoryStorage {
    async fn plan_turn(
        &self,
        _limits: RelayLimits,
        _ways: &Routes,
        _now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl Schedule for MemoryStorage {
    async fn release(
        &self,
        _limits: ReleaseLimits,
        _now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        workers_only()
    }

    async fn expedite(&self, _what: &Expedite<'_>) -> Result<u64, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl Workers for MemoryStorage {
    async fn heartbeat(&self, _worker: &WorkerRow) -> Result<DateTime<Utc>, StorageError> {
        workers_only()
    }

    async fn leave(&self, _worker: WorkerId) -> Result<(), StorageError> {
        workers_only()
    }

    async fn forget_silent(&self, _before: DateTime<Utc>) -> Result<u64, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl WorkerReports for MemoryStorage {
    async fn report(&self, _worker: WorkerId, _report: &WorkerReport) -> Result<(), StorageError> {
        workers_only()
    }

    async fn reported(
        &self,
        _alive_since: DateTime<Utc>,
        _sent_since: DateTime<Utc>,
    ) -> Result<Reported, StorageError> {
        workers_only()
    }

    async fn forget_sent(&self, _before: DateTime<Utc>) -> Result<u64, StorageError> {
        workers_only()
    }
}
