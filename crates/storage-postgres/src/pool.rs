//! Three pools, one per database role; each makes its connections when they are needed.
//!
//! The connection that came back last is given out first. Under load few of them are busy then, and these have their plans
//! at hand, in the server's memory and in the processor's; in turn, each would find them gone.

use std::sync::Arc;
use std::time::Duration;

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
        self.app.close().await;
        self.worker.close().await;
        self.owner.close().await;
    }
}

/// Connections of one role; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool(Managed<Connections>);

impl Pool {
    fn of(login: Login, size: u32) -> Self {
        let pool = Managed::builder(Connections(Arc::new(login)))
            .max_size(usize::try_from(size).unwrap_or(usize::MAX))
            .queue_mode(QueueMode::Lifo);
        Self(
            pool.build()
                .expect("without time limits it needs no runtime"),
        )
    }

    /// A connection on which nothing is under way.
    pub(crate) async fn get(&self) -> Result<Object<Connections>, Fault> {
        let unavailable = |why: &str| Fault::Final(StorageError::Unavailable(why.to_owned()));
        match timeout(ACQUIRE_TIMEOUT, self.0.get()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(PoolError::Backend(error))) => Err(error.into()),
            Ok(Err(PoolError::Closed)) => Err(unavailable("the connections are closed")),
            Ok(Err(error)) => Err(unavailable(&error.to_string())),
            Err(_) => Err(unavailable("no free connection in time")),
        }
    }

    /// Says goodbye on all connections, first on those that rest; nobody gets one any more.
    async fn close(&self) {
        let drained = async {
            loop {
                for connection in self.0.retain(|_, _| false).removed {
                    // The server notices by itself if it does not hear it.
                    let _ = connection.close().await;
                }
                if self.0.status().size == 0 {
                    return;
                }
                sleep(FIRST_PAUSE).await;
            }
        };
        if timeout(DRAIN_TIMEOUT, drained).await.is_err() {
            tracing::warn!("database connections did not become free in time and are cut off");
        }
        self.0.close();
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
        if metrics.last_used() > LONGEST_REST || metrics.age() > LONGEST_LIFE {
            return Err(RecycleError::message("it has served its time"));
        }
        Ok(())
    }
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
