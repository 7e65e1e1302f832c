//! The worker's lease: a heartbeat row, and the list of the dispatches that it holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use campanile_domain::{Clock, WorkerId};
use campanile_storage::{Storage, StorageError, WorkerRow};
use campanile_telemetry::metrics;
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::in_hand::InHand;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "the heartbeat",
    "once it is 25 s old this worker starts no calls; after 30 s other workers take over",
);

/// How often a worker says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// A worker silent for this long has lost what it held (DESIGN: 30 s), so it must stop before.
const SILENT_AFTER: TimeDelta = TimeDelta::seconds(30);
/// From this age on, the own lease is too stale to begin a call.
const STALE_AFTER: Duration = Duration::from_secs(25);

/// A clock that is further off the database's has no say about whose lease has ended.
const MOST_SKEW_MS: i64 = 5_000;

/// Workers without a heartbeat since then are dead or hang.
pub(crate) fn silent_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - SILENT_AFTER
}

/// Keeps the worker's row fresh and knows how fresh it is.
pub(crate) struct Heartbeat {
    worker: WorkerId,
    host: String,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    in_hand: InHand,
    born: Instant,
    /// Milliseconds after `born` of the last beat that reached the database; -1: none has.
    last_beat_ms: AtomicI64,
}

impl Heartbeat {
    pub(crate) fn new(
        worker: WorkerId,
        host: String,
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (in_hand, last_beat_ms) = (InHand::default(), AtomicI64::new(-1));
        Self {
            worker,
            host,
            storage,
            clock,
            in_hand,
            born: Instant::now(),
            last_beat_ms,
        }
    }

    pub(crate) fn worker(&self) -> WorkerId {
        self.worker
    }

    pub(crate) fn in_hand(&self) -> &InHand {
        &self.in_hand
    }

    /// Whether the lease still covers a call that begins now. Measured on the monotonic clock, so
    /// a process that was frozen finds its lease stale when it wakes.
    pub(crate) fn is_fresh(&self) -> bool {
        self.age().is_some_and(|age| age < STALE_AFTER)
    }

    fn age(&self) -> Option<Duration> {
        let last = u64::try_from(self.last_beat_ms.load(Ordering::Acquire)).ok()?;
        Some(
            self.born
                .elapsed()
                .saturating_sub(Duration::from_millis(last)),
        )
    }

    /// Says once that this worker lives, and what it holds.
    pub(crate) async fn beat(&self) {
        // The lease counts from before the write, never from after it.
        let begun_ms = i64::try_from(self.born.elapsed().as_millis()).unwrap_or(i64::MAX);
        let row = WorkerRow {
            id: self.worker,
            host: self.host.clone(),
            heartbeat_at: self.clock.now(),
        };
        if TROUBLE.note(self.beat_once(&row).await).is_ok() {
            self.last_beat_ms.store(begun_ms, Ordering::Release);
        }
        metrics()
            .worker_heartbeat_age_seconds
            .set(self.age().unwrap_or_default().as_secs_f64());
    }

    async fn beat_once(&self, row: &WorkerRow) -> Result<(), StorageError> {
        let database = self.storage.heartbeat(row).await?;
        let skew_ms = (row.heartbeat_at - database).num_milliseconds();
        // The others judge by their clocks whether we are silent.
        if skew_ms.abs() > MOST_SKEW_MS {
            return Err(StorageError::ClockSkew { skew_ms });
        }
        let let_go = self.in_hand.take_let_go();
        if !let_go.is_empty()
            && let Err(error) = self.storage.let_go(self.worker, &let_go).await
        {
            self.in_hand.put_back(let_go);
            return Err(error);
        }
        let held = self.in_hand.list();
        if held.is_empty() {
            return Ok(());
        }
        self.storage.hold(self.worker, &held).await
    }

    /// Beats until the stop signal; a failed beat is retried soon.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let wait = if self.age().is_some_and(|age| age < BEAT) {
                BEAT
            } else {
                Duration::from_secs(1)
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => self.beat().await,
            }
        }
    }
}
