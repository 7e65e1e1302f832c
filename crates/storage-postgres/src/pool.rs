//! Three pools, one per database role; each makes its connections when they are needed.
//!
//! The connection that came back last is given out first. Under load few of them are busy then, and these have their plans
//! at hand, in the server's memory and in the processor's; in turn, each would find them gone.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use campanile_sealing::KeyRing;
use campanile_storage::StorageError;
use campanile_telemetry::{Histogram, Outage, metrics};
use deadpool::managed::{
    Manager, Metrics, Object, Pool as Managed, PoolError, QueueMode, RecycleError, RecycleResult,
};
use sqlx::error::DatabaseError;
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};

use crate::SetupError;
use crate::error::Fault;
use crate::login::Login;
use crate::reach::{BACKOFF, FIRST_PAUSE, LAST_PART, Reach};
use crate::settings::{PostgresSettings, Role};

/// One that was not needed for so long may have been forgotten by a firewall on the way.
const LONGEST_REST: Duration = Duration::from_secs(600);
/// A session's memory on the server only grows.
const LONGEST_LIFE: Duration = Duration::from_secs(1_800);
/// Those that rest are looked at so often at most.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// For so long the connections under way are waited for at the end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// Chores of the owner are rare and short.
const OWNER_CONNECTIONS: u32 = 2;

/// The pools of a process.
pub(crate) struct Pools {
    /// Everything a caller asks.
    pub(crate) app: Pool,
    /// Claims across tenants.
    pub(crate) worker: Pool,
    /// The operator's table of tenants.
    pub(crate) owner: Pool,
}

impl Pools {
    pub(crate) fn prepare(settings: &PostgresSettings) -> Result<Self, SetupError> {
        let size = settings.max_connections.max(1);
        let app = Login::of(settings, Role::Api)?;
        let worker = Login::of(settings, Role::Worker)?;
        let owner = Login::owner(settings)?;
        // Most often one server for all: then its outage is one, and logged once.
        let mut reaches: Vec<Arc<Reach>> = Vec::new();
        let mut reach = |login: &Login| {
            let known = reaches.iter().find(|reach| reach.is_of(login));
            known.map(Arc::clone).unwrap_or_else(|| {
                let reach = Reach::new(login.clone(), settings.role);
                reaches.push(Arc::clone(&reach));
                reach
            })
        };
        let reaches = (reach(&app), reach(&worker), reach(&owner));
        Ok(Self {
            app: Pool::of("app", app, reaches.0, size),
            worker: Pool::of("worker", worker, reaches.1, size),
            owner: Pool::of("owner", owner, reaches.2, OWNER_CONNECTIONS),
        })
    }

    /// The pool of the role that the process works as.
    pub(crate) const fn of(&self, role: Role) -> &Pool {
        match role {
            Role::Api => &self.app,
            Role::Worker => &self.worker,
        }
    }

    /// Opens and seals rows with these keys.
    pub(crate) fn with_keys(mut self, keys: &Arc<KeyRing>) -> Self {
        for pool in [&mut self.app, &mut self.worker, &mut self.owner] {
            pool.keys = Arc::clone(keys);
        }
        self
    }

    pub(crate) async fn close(&self) {
        tokio::join!(self.app.close(), self.worker.close(), self.owner.close());
    }
}

/// Connections of one role; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    connections: Managed<Connections>,
    reach: Arc<Reach>,
    state: Arc<State>,
    keys: Arc<KeyRing>,
}

struct State {
    is_closing: AtomicBool,
    /// When those that rest too long were looked for.
    swept_at: Mutex<Instant>,
    /// Time until a connection was given out.
    waits: Histogram,
    /// All connections are in use, for longer than anybody should wait.
    crowding: Outage,
    /// Why the last connection could not be made, although the server may let other roles in.
    refused: Arc<Mutex<Option<String>>>,
}

impl State {
    fn refused(&self) -> Option<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone()
    }
}

impl Pool {
    fn of(role: &'static str, login: Login, reach: Arc<Reach>, size: u32) -> Self {
        let refused = Arc::new(Mutex::new(None));
        let connections = Connections {
            login,
            reach: Arc::clone(&reach),
            refused: Arc::clone(&refused),
        };
        let pool = Managed::builder(connections)
            .max_size(usize::try_from(size).unwrap_or(usize::MAX))
            .queue_mode(QueueMode::Lifo);
        Self {
            connections: pool
                .build()
                .expect("without time limits it needs no runtime"),
            reach,
            state: Arc::new(State {
                is_closing: AtomicBool::new(false),
                swept_at: Mutex::new(Instant::now()),
                waits: metrics()
                    .database_connection_wait_seconds
                    .with_label_values(&[role]),
                crowding: Outage::of(
                    "the pool of database connections",
                    "requests fail while all connections are in use (DATABASE_MAX_CONNECTIONS)",
                ),
                refused,
            }),
            keys: Arc::new(KeyRing::new(None, false)),
        }
    }

    /// The data keys of tenants.
    pub(crate) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// What is known of its server.
    pub(crate) fn reach(&self) -> Arc<Reach> {
        Arc::clone(&self.reach)
    }

    /// A connection on which nothing is under way. At once where there is one, or where the server is gone.
    pub(crate) async fn get(&self) -> Result<Object<Connections>, Fault> {
        let unavailable = |why: &str| Fault::Final(StorageError::Unavailable(why.to_owned()));
        if self.state.is_closing.load(Ordering::Acquire) {
            return Err(unavailable("the connections are closed"));
        }
        self.sweep();
        if let Some(why) = self.reach.is_gone() {
            return Err(Fault::Away(why));
        }
        // A pool smaller than the concurrency with long waits would be a hidden queue.
        let patience = self.reach.acquire_patience();
        let waited = self.state.waits.start_timer();
        let mut getting = pin!(self.connections.get());
        let in_time = async {
            match timeout(patience, getting.as_mut()).await {
                Err(_) => timeout(LAST_PART, getting).await,
                got => got,
            }
        };
        let got = tokio::select! {
            biased;
            got = in_time => got,
            why = self.reach.silent() => return Err(Fault::Away(why)),
        };
        waited.observe_duration();
        match got {
            Ok(Ok(connection)) => {
                self.state.crowding.worked();
                Ok(connection)
            }
            Ok(Err(PoolError::Backend(never))) => match never {},
            Ok(Err(error)) => Err(unavailable(&error.to_string())),
            Err(_) => {
                if let Some(why) = self.state.refused() {
                    return Err(Fault::Away(why));
                }
                let why = "no free connection in time";
                self.state.crowding.failed(&why);
                Err(Fault::Away(why.to_owned()))
            }
        }
    }

    /// Gives up those that rest and were made before.
    pub(crate) fn forget_older(&self, than: Instant) {
        drop(
            self.connections
                .retain(|_, metrics| metrics.created >= than),
        );
    }

    /// Gives up those whose time is over, though no caller asks for them: the last one first leaves some at rest.
    fn sweep(&self) {
        let mut swept_at = self
            .state
            .swept_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if swept_at.elapsed() < SWEEP_EVERY {
            return;
        }
        *swept_at = Instant::now();
        drop(self.connections.retain(|_, metrics| !is_over(&metrics)));
    }

    /// Says goodbye on all connections, on those in use when they come back; no caller gets one any more.
    async fn close(&self) {
        self.state.is_closing.store(true, Ordering::Release);
        let drained = async {
            loop {
                for connection in self.connections.retain(|_, _| false).removed {
                    // The server notices by itself if it does not hear it.
                    let _ = connection.close().await;
                }
                if self.connections.status().size == 0 {
                    return;
                }
                sleep(FIRST_PAUSE).await;
            }
        };
        if timeout(DRAIN_TIMEOUT, drained).await.is_err() {
            tracing::warn!("database connections were not returned in time and were closed");
        }
        self.connections.close();
    }
}

/// Makes the connections of a pool.
pub(crate) struct Connections {
    login: Login,
    reach: Arc<Reach>,
    refused: Arc<Mutex<Option<String>>>,
}

impl Connections {
    fn note(&self, refused: Option<String>) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }
}

impl Manager for Connections {
    type Type = PgConnection;
    type Error = Infallible;

    /// Asks until the server accepts a connection; a caller that waits for it ends that.
    async fn create(&self) -> Result<PgConnection, Infallible> {
        let mut backoff = BACKOFF;
        loop {
            let begun = tokio::time::Instant::now();
            match self.login.connect().await {
                Ok(connection) => {
                    self.reach.connected();
                    self.note(None);
                    return Ok(connection);
                }
                Err(error) if has_no_room(&error) => self.reach.heard(),
                Err(error) => {
                    let why = error.to_string();
                    self.reach.failed(begun, &why);
                    self.note(Some(why));
                }
            }
            sleep(backoff.pause()).await;
        }
    }

    async fn recycle(&self, _: &mut PgConnection, metrics: &Metrics) -> RecycleResult<Infallible> {
        if is_over(metrics) {
            return Err(RecycleError::message("it has served its time"));
        }
        Ok(())
    }
}

fn is_over(metrics: &Metrics) -> bool {
    metrics.last_used() > LONGEST_REST || metrics.age() > LONGEST_LIFE
}

/// Others have all its connections at the moment; those of this process may do.
fn has_no_room(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some("53300")
}
