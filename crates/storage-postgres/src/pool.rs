//! Three pools, one per database role; each makes its connections when they are needed.
//!
//! The connection that came back last is given out first. Under load few of them are busy then, and these have their plans
//! at hand, in the server's memory and in the processor's; in turn, each would find them gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use campanile_storage::StorageError;
use deadpool::managed::{
    Manager, Metrics, Object, Pool as Managed, PoolError, QueueMode, RecycleError, RecycleResult,
};
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};

use crate::SetupError;
use crate::error::Fault;
use crate::login::Login;
use crate::settings::{PostgresSettings, Role};

/// A pool smaller than the concurrency with long waits would be a hidden queue.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// A server that starts refuses connections; it is asked again after so long, and after twice that.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// It is asked so often at least.
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
/// One that nobody needed for so long may have been forgotten by a firewall on the way.
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
        Ok(Self {
            app: Pool::of(Login::of(settings, Role::Api)?, size),
            worker: Pool::of(Login::of(settings, Role::Worker)?, size),
            owner: Pool::of(Login::owner(settings)?, OWNER_CONNECTIONS),
        })
    }

    /// The pool of the role that the process works as.
    pub(crate) const fn of(&self, role: Role) -> &Pool {
        match role {
            Role::Api => &self.app,
            Role::Worker => &self.worker,
        }
    }

    pub(crate) async fn close(&self) {
        tokio::join!(self.app.close(), self.worker.close(), self.owner.close());
    }
}

/// Connections of one role; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    connections: Managed<Connections>,
    state: Arc<State>,
}

struct State {
    is_closing: AtomicBool,
    /// When those that rest too long were looked for.
    swept_at: Mutex<Instant>,
}

impl Pool {
    fn of(login: Login, size: u32) -> Self {
        let pool = Managed::builder(Connections(Arc::new(login)))
            .max_size(usize::try_from(size).unwrap_or(usize::MAX))
            .queue_mode(QueueMode::Lifo);
        Self {
            connections: pool
                .build()
                .expect("without time limits it needs no runtime"),
            state: Arc::new(State {
                is_closing: AtomicBool::new(false),
                swept_at: Mutex::new(Instant::now()),
            }),
        }
    }

    /// A connection on which nothing is under way.
    pub(crate) async fn get(&self) -> Result<Object<Connections>, Fault> {
        let unavailable = |why: &str| Fault::Final(StorageError::Unavailable(why.to_owned()));
        if self.state.is_closing.load(Ordering::Acquire) {
            return Err(unavailable("the connections are closed"));
        }
        self.sweep();
        match timeout(ACQUIRE_TIMEOUT, self.connections.get()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(PoolError::Backend(error))) => Err(error.into()),
            Ok(Err(error)) => Err(unavailable(&error.to_string())),
            Err(_) => Err(unavailable("no free connection in time")),
        }
    }

    /// Gives up those that rest and were made before.
    pub(crate) fn forget_older(&self, than: Instant) {
        drop(
            self.connections
                .retain(|_, metrics| metrics.created >= than),
        );
    }

    /// Gives up those whose time is over, though nobody asks for them: the last one first leaves some at rest.
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

    /// Says goodbye on all connections, on those in use when they come back; nobody gets one any more.
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
            tracing::warn!("database connections did not become free in time and are cut off");
        }
        self.connections.close();
    }
}

/// Makes the connections of a pool.
pub(crate) struct Connections(Arc<Login>);

impl Manager for Connections {
    type Type = PgConnection;
    type Error = sqlx::Error;

    /// Asks a server that is starting until it lets somebody in; whoever waits for it ends that.
    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.0.connect().await {
                Err(error) if is_of_the_moment(&error) => {}
                connected => return connected,
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn recycle(&self, _: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if is_over(metrics) {
            return Err(RecycleError::message("it has served its time"));
        }
        Ok(())
    }
}

fn is_over(metrics: &Metrics) -> bool {
    metrics.last_used() > LONGEST_REST || metrics.age() > LONGEST_LIFE
}

/// Nobody listens (yet), the server is starting, or has no room at the moment.
fn is_of_the_moment(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => {
            matches!(error.code().as_deref(), Some("57P03" | "53300"))
        }
        _ => false,
    }
}
