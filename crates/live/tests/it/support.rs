//! A hub over a database of its own.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{InProcessInboxSignal, InboxSignal, Mailbox};
use campanile_domain::{
    Clock, InboxChange, Notification, NotificationId, Random, SystemClock, TenantId,
};
use campanile_live::{Event, Hub, HubParts, Opening, Refused, Stream, StreamLimits};
use campanile_pipeline::change_notification;
use campanile_storage::Storage;
use campanile_storage_contract::fixture::{self, notification, tenants, user};
use campanile_storage_sqlite::SqliteStorage;
use chrono::Utc;

use super::faulty_reads::{Fault, FaultyReads};

/// Longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Station {
    pub storage: Arc<dyn Storage>,
    pub signal: Arc<InProcessInboxSignal>,
    pub reads: Arc<FaultyReads>,
    pub hub: Hub,
    pub acme: TenantId,
    _folder: tempfile::TempDir,
}

impl Station {
    pub async fn new() -> Self {
        Self::with(StreamLimits::default()).await
    }

    pub async fn with(limits: StreamLimits) -> Self {
        Self::by(limits, Arc::new(SystemClock)).await
    }

    pub async fn by(limits: StreamLimits, clock: Arc<dyn Clock>) -> Self {
        Self::failing(limits, clock, None).await
    }

    /// Its reads fail from the start.
    pub async fn without_reads(limits: StreamLimits, fault: Fault) -> Self {
        Self::failing(limits, Arc::new(SystemClock), Some(fault)).await
    }

    async fn failing(limits: StreamLimits, clock: Arc<dyn Clock>, fault: Option<Fault>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("live.db");
        let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(&file).await.unwrap());
        let [acme] = tenants(storage.as_ref(), ["acme"]).await;
        let signal = Arc::new(InProcessInboxSignal::default());
        let reads = Arc::new(FaultyReads::new(Arc::clone(&storage), fault));
        let hub = Hub::start(HubParts {
            storage: Arc::clone(&reads),
            signal: signal.clone(),
            clock,
            random: Random::seeded(7),
            limits,
        });
        Self {
            storage,
            signal,
            reads,
            hub,
            acme,
            _folder: folder,
        }
    }

    pub fn of(&self, name: &str) -> Asked {
        let opening = Opening {
            resume_after: None,
            history_from: None,
            types: None,
            valid_until: None,
            credential: None,
            kind: "sse",
        };
        Asked {
            whose: Mailbox::new(&self.acme, &user(name)),
            opening,
        }
    }

    pub fn resuming(&self, name: &str, after: NotificationId) -> Asked {
        let mut asked = self.of(name);
        asked.resume_after = Some(after);
        asked
    }

    pub async fn try_open(&self, asked: Asked) -> Result<Stream, Refused> {
        let admitted = self.hub.admit(asked.whose, None).await?;
        Ok(self.hub.open(admitted, asked.opening).await)
    }

    /// A stream that is connected.
    pub async fn open(&self, asked: Asked) -> Listener {
        let mut listener = Listener::of(self.try_open(asked).await.unwrap());
        let mut first = listener.next().await;
        while first == Event::Heartbeat {
            first = listener.next().await;
        }
        assert!(matches!(first, Event::Connection { .. }));
        listener
    }

    /// Accepts and announces.
    pub async fn send(&self, to: &str, number: usize) -> Vec<NotificationId> {
        let all: Vec<_> = (0..number).map(|_| notification(&self.acme, to)).collect();
        self.accept(all).await
    }

    pub async fn accept(&self, all: Vec<Notification>) -> Vec<NotificationId> {
        let ids = all.iter().map(|one| one.id).collect();
        let whose = Mailbox::new(&self.acme, &all[0].user_id);
        fixture::accept(self.storage.as_ref(), all).await;
        self.signal.changed(&[whose]);
        ids
    }

    pub async fn change(&self, of: &str, id: NotificationId, change: InboxChange) {
        let whose = user(of);
        let storage = self.storage.as_ref();
        let changed = change_notification(storage, &self.acme, &whose, id, change, Utc::now());
        changed.await.unwrap().unwrap();
        self.signal.changed(&[Mailbox::new(&self.acme, &whose)]);
    }
}

/// A stream as it is asked for.
pub struct Asked {
    pub whose: Mailbox,
    opening: Opening,
}

impl Deref for Asked {
    type Target = Opening;

    fn deref(&self) -> &Opening {
        &self.opening
    }
}

impl DerefMut for Asked {
    fn deref_mut(&mut self) -> &mut Opening {
        &mut self.opening
    }
}

/// Takes events one by one.
pub struct Listener {
    stream: Stream,
    waiting: std::collections::VecDeque<Event>,
}

impl Listener {
    pub fn of(stream: Stream) -> Self {
        Self {
            stream,
            waiting: Default::default(),
        }
    }

    pub async fn next(&mut self) -> Event {
        self.next_or_end().await.expect("the stream goes on")
    }

    pub async fn next_or_end(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            let events = tokio::time::timeout(PATIENCE, self.stream.events());
            self.waiting.extend(events.await.expect("an event")?);
        }
        self.waiting.pop_front()
    }

    /// The ids of the next notifications; other events are left out.
    pub async fn ids(&mut self, number: usize) -> Vec<NotificationId> {
        let mut ids = Vec::new();
        // Signs of life come for ever.
        let all = tokio::time::timeout(PATIENCE, async {
            while ids.len() < number {
                if let Event::Notification { item, .. } = self.next().await {
                    ids.push(item.notification.id);
                }
            }
        });
        let came = all.await;
        assert!(came.is_ok(), "{} of {number} notifications came", ids.len());
        ids
    }

    /// The next event that this finds something in.
    pub async fn find<T>(&mut self, find: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = find(&self.next().await) {
                return found;
            }
        }
    }
}
