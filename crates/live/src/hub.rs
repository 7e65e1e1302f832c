//! The way in: opens streams and owns the tasks that serve them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::{InboxSignal, Mailbox, Part, Share, Shares};
use campanile_domain::{Clock, NotificationId, NotificationType, Random};
use campanile_storage::InboxUpdates;
use campanile_telemetry::metrics;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::cursor::Cursor;
use crate::limits::{MAX_BYTES_OF_ALL, MAX_BYTES_OF_TENANT, MAX_BYTES_OF_USER};
use crate::member::{Late, Member, Phase, Resuming};
use crate::openings::{Openings, Turn};
use crate::outbox::Outbox;
use crate::state::State;
use crate::stream::Stream;
use crate::{Credential, Ending, OVERLAP, StreamLimits, tasks};

/// When the process shuts down, clients are asked to come back within this time, each at a moment of its own.
const RECONNECTS_SPREAD: TimeDelta = TimeDelta::seconds(5);
/// Streams end up to so much of their life earlier, so that those that were opened together do not end together.
const LIFE_SPREAD: f64 = 0.1;
/// How often the drain looks whether all are gone.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What a hub is made of.
pub struct HubParts<S: ?Sized> {
    /// Where inboxes are read.
    pub storage: Arc<S>,
    /// Tells which ones changed. The hub is its only listener.
    pub signal: Arc<dyn InboxSignal>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Spreads ends and reconnects.
    pub random: Random,
    /// Bounds and times.
    pub limits: StreamLimits,
}

/// A stream of this inbox may be opened.
pub struct Admitted {
    whose: Mailbox,
    place: Share,
    turn: Turn,
}

/// A stream to be opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The last notification that the client has had, or the cursor of its connection; `None`: only what happens from
    /// now on. Only the time in it counts.
    pub resume_after: Option<NotificationId>,
    /// Since when notifications are kept. A client that asks for more learns so.
    pub history_from: Option<DateTime<Utc>>,
    /// The notification types that the client wants; `None`: all.
    pub types: Option<Vec<NotificationType>>,
    /// When the client's token ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// The credential with which it was opened, where that may end before its time.
    pub credential: Option<Arc<dyn Credential>>,
    /// The label of the metric: `sse` or `websocket`.
    pub kind: &'static str,
}

/// Why a stream is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The process has as many as it may have.
    #[error("all streams of this process are taken")]
    Process,
    /// The tenant has.
    #[error("all streams of the tenant are taken")]
    Tenant,
    /// The user has.
    #[error("all streams of the user are taken")]
    User,
    /// So many streams are being opened that this one would wait too long.
    #[error("too many streams are being opened")]
    Busy {
        /// When the client should ask again. It differs from client to client.
        retry_in: Duration,
    },
    /// The process shuts down.
    #[error("the process is shutting down")]
    Draining,
}

impl Refused {
    /// Its name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Busy { .. } => "busy",
            Self::Draining => "draining",
        }
    }
}

/// The streams of a process; cheap to clone. Its tasks end with the last clone.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
    _tasks: Arc<JoinSet<()>>,
}

/// What streams and tasks share.
pub(crate) struct Shared {
    pub(crate) signal: Arc<dyn InboxSignal>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) limits: StreamLimits,
    places: Shares,
    openings: Openings,
    /// Bytes of events for all streams.
    pub(crate) memory: Shares,
    state: Mutex<State>,
    /// There are inboxes to be read.
    pub(crate) work: Notify,
    draining: CancellationToken,
    /// A task has ended that should not.
    pub(crate) failed: CancellationToken,
}

impl Hub {
    /// Starts to listen.
    pub fn start<S: InboxUpdates + ?Sized + 'static>(parts: HubParts<S>) -> Self {
        let shared = Arc::new(Shared {
            signal: parts.signal,
            clock: parts.clock,
            openings: Openings::new(parts.random.clone()),
            random: parts.random,
            limits: parts.limits,
            places: Shares::new(parts.limits.process),
            memory: Shares::new(MAX_BYTES_OF_ALL),
            state: Mutex::default(),
            work: Notify::new(),
            draining: CancellationToken::new(),
            failed: CancellationToken::new(),
        });
        let tasks = tasks::start(&shared, &parts.storage);
        // Both series exist from the start: an autoscaler reads them before the first stream is open.
        for kind in ["sse", "websocket"] {
            metrics().streams_open.with_label_values(&[kind]);
        }
        Self {
            shared,
            _tasks: Arc::new(tasks),
        }
    }

    /// Waits until a stream of this inbox may be opened; `most` is how many its tenant may have, if that was set. What the caller needs for that from elsewhere, it asks for
    /// afterwards: then only a few ask at a time.
    ///
    /// # Errors
    /// [`Refused`] where a bound is reached.
    pub async fn admit(&self, whose: Mailbox, most: Option<u32>) -> Result<Admitted, Refused> {
        let admitted = async {
            let place = self.place(&whose, most)?;
            let turn = tokio::select! {
                biased;
                () = self.shared.draining.cancelled() => return Err(Refused::Draining),
                turn = self.shared.openings.turn(&whose) => turn?,
            };
            Ok(Admitted { whose, place, turn })
        };
        admitted.await.inspect_err(|why: &Refused| {
            metrics()
                .streams_refused_total
                .with_label_values(&[why.name()])
                .inc();
        })
    }

    /// Opens a stream. Everything that is committed after this call is sent to it.
    pub async fn open(&self, admitted: Admitted, opening: Opening) -> Stream {
        let Admitted { whose, place, turn } = admitted;
        let shared = &self.shared;
        let watch = Watch::begin(shared, &whose).await;
        let outbox = Arc::new(Outbox::new(shared.memory_of(&whose)));
        let (now, kind) = (shared.clock.now(), opening.kind);
        let (ends_in, ends_because) = shared.end_of(opening.valid_until, now);
        if opening.resume_after.is_some() {
            metrics().stream_resumes_total.inc();
        }
        let phase = phase(opening.resume_after, opening.history_from, now);
        let member = Member {
            id: 0,
            outbox: Arc::clone(&outbox),
            types: opening.types.map(Vec::into_boxed_slice),
            opened_at: now,
            ends_at: Instant::now() + ends_in,
            ends_because,
            credential: opening.credential,
            phase,
            turn: Some(turn),
        };
        let id = shared.state().add(&whose, |id| Member { id, ..member });
        shared.work.notify_one();
        let stream = Stream::new(Arc::clone(shared), watch, id, outbox, place, kind);
        if shared.draining.is_cancelled() {
            // It began while this one was being opened.
            stream.end(shared.draining());
        }
        stream
    }

    fn place(&self, whose: &Mailbox, most: Option<u32>) -> Result<Share, Refused> {
        let limits = &self.shared.limits;
        if self.shared.draining.is_cancelled() {
            return Err(Refused::Draining);
        }
        let most = most.and_then(|most| usize::try_from(most).ok());
        let of_tenant = most.map_or(limits.tenant, |most| most.min(limits.tenant));
        if of_tenant == 0 {
            return Err(Refused::Tenant);
        }
        let parts = parts(whose, of_tenant, limits.user);
        let tenant = parts[0].clone();
        let places = &self.shared.places;
        places.take(parts.into(), 1).map_err(|_| {
            if places.is_used_up(&[]) {
                Refused::Process
            } else if places.is_used_up(&[tenant]) {
                Refused::Tenant
            } else {
                Refused::User
            }
        })
    }

    /// How many streams are open.
    pub fn open_streams(&self) -> usize {
        self.shared.places.in_use()
    }

    /// Its bounds and times.
    pub fn limits(&self) -> StreamLimits {
        self.shared.limits
    }

    /// Ends all streams and opens no more; returns when they are gone, or after `patience`.
    pub async fn drain(&self, patience: Duration) {
        self.shared.draining.cancel();
        self.shared.state().end_all(|| self.shared.draining());
        let until = Instant::now() + patience;
        while self.open_streams() > 0 && Instant::now() < until {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Ends when a task has failed without which no stream works.
    pub async fn failed(&self) {
        self.shared.failed.cancelled().await;
    }
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Memory for the events of a stream; none yet.
    fn memory_of(&self, whose: &Mailbox) -> Share {
        let parts = parts(whose, MAX_BYTES_OF_TENANT, MAX_BYTES_OF_USER);
        self.memory.take_anyway(parts.into(), 0)
    }

    fn draining(&self) -> Ending {
        let wait = self.random.up_to(RECONNECTS_SPREAD).to_std();
        Ending::Draining {
            reconnect_in: wait.unwrap_or_default(),
        }
    }

    /// When a stream ends, and why then.
    fn end_of(&self, valid_until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (Duration, Ending) {
        let part = 1.0 - LIFE_SPREAD * self.random.fraction();
        let life = self.limits.life.mul_f64(part);
        match valid_until.map(|until| (until - now).to_std().unwrap_or_default()) {
            Some(left) if left < life => (left, Ending::TokenExpired),
            _ => (life, Ending::Life),
        }
    }
}

/// A tenant and its user, of whom each may have so much.
fn parts(whose: &Mailbox, tenant: usize, user: usize) -> [Part; 2] {
    let (of_tenant, of_user) = (whose.tenant.as_str(), whose.user.as_str());
    // No tenant's name has a slash.
    let both = format!("{of_tenant}/{of_user}");
    [Part::new(of_tenant, tenant), Part::new(both, user)]
}

/// Where a stream begins.
fn phase(
    resume_after: Option<NotificationId>,
    history_from: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Phase {
    let Some((from, made_at)) = resume_after.and_then(|id| Some((id, id.made_at()?))) else {
        return Phase::New;
    };
    let gap = history_from.filter(|begin| made_at < *begin);
    if gap.is_some() {
        metrics().stream_gaps_total.inc();
    }
    let cursor = match gap {
        Some(begin) => Cursor::resuming_since(begin),
        None => Cursor::resuming_after(from, made_at),
    };
    let late = Late {
        after: NotificationId::floor(made_at - OVERLAP),
        up_to: from,
        sent: Vec::new(),
        is_done: gap.is_some(),
    };
    Phase::Resuming(Box::new(Resuming {
        cursor,
        late,
        from,
        made_at,
        gap,
        read_since: gap.unwrap_or(made_at).min(now) - OVERLAP,
        is_connected: false,
        is_caught_up: false,
    }))
}

/// A watch of the signal, until it is dropped.
pub(crate) struct Watch {
    signal: Arc<dyn InboxSignal>,
    pub(crate) whose: Mailbox,
}

impl Watch {
    async fn begin(shared: &Shared, whose: &Mailbox) -> Self {
        let watch = Self {
            signal: Arc::clone(&shared.signal),
            whose: whose.clone(),
        };
        // A caller who leaves meanwhile takes it back all the same.
        watch.signal.watch(whose).await;
        watch
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.signal.unwatch(&self.whose);
    }
}
