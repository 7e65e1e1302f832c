//! Three pools, one per database role, each made when it is first used.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};

use crate::SetupError;
use crate::settings::{PostgresSettings, Role};

/// A pool smaller than the concurrency with long waits would be a hidden queue.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Chores of the owner are rare and short.
const OWNER_CONNECTIONS: u32 = 2;

/// How every session is set up. No statement waits for another transaction's lock, so also for an idempotency key,
/// for longer than 2 s.
///
/// Every statement here reads by index. Nested loops and index scans are demanded, because a plan
/// made while a day's partition was young and without statistics would read all of it for ever
/// after; one generic plan per statement saves planning over all partitions at each execution. What is demanded
/// so makes costs look enormous, for which the server would compile such a plan anew each time it runs: no JIT.
const SESSION: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan; SET jit = off; \
    SET lock_timeout = '2s'; SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/// The pools of a process.
pub(crate) struct Pools {
    /// Everything a caller asks.
    pub(crate) app: PgPool,
    /// Claims across tenants.
    pub(crate) worker: PgPool,
    /// The operator's table of tenants.
    pub(crate) owner: PgPool,
}

impl Pools {
    pub(crate) fn prepare(settings: &PostgresSettings) -> Result<Self, SetupError> {
        let size = settings.max_connections.max(1);
        Ok(Self {
            app: pool(Login::of(settings, Role::Api)?, size),
            worker: pool(Login::of(settings, Role::Worker)?, size),
            owner: pool(Login::owner(settings)?, OWNER_CONNECTIONS),
        })
    }

    /// The pool of the role that the process works as.
    pub(crate) const fn of(&self, role: Role) -> &PgPool {
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

/// A login and the role that it takes on.
#[derive(Clone)]
pub(crate) struct Login {
    options: PgConnectOptions,
    set_role: String,
}

impl Login {
    pub(crate) fn of(settings: &PostgresSettings, role: Role) -> Result<Self, SetupError> {
        match (role, &settings.worker_url) {
            (Role::Worker, Some(own)) => Self::dedicated("worker's", own, role.name()),
            (Role::Api | Role::Worker, _) => Self::shared(settings, role.name()),
        }
    }

    pub(crate) fn owner(settings: &PostgresSettings) -> Result<Self, SetupError> {
        match &settings.owner_url {
            Some(own) => Self::dedicated("owner's", own, "campanile_owner"),
            None => Self::shared(settings, "campanile_owner"),
        }
    }

    /// The address that several roles share: it must be able to become the role.
    fn shared(settings: &PostgresSettings, role: &str) -> Result<Self, SetupError> {
        Ok(Self {
            options: parse("main", &settings.app_url)?,
            set_role: format!("SET ROLE {role}"),
        })
    }

    /// An address for this role alone: a login that inherits the role's rights will do as it is.
    fn dedicated(whose: &'static str, url: &str, role: &str) -> Result<Self, SetupError> {
        Ok(Self {
            options: parse(whose, url)?,
            set_role: format!(
                "SELECT set_config('role', rolname, false) FROM pg_roles \
                 WHERE rolname = '{role}' AND pg_has_role(session_user, oid, 'MEMBER')"
            ),
        })
    }

    /// A connection outside the pools that has not taken on the role.
    pub(crate) async fn connect_plain(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.options).await
    }

    /// Takes on the role and sets the session up, in one round trip.
    pub(crate) async fn set_up(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let statements = format!("{}; {SESSION}", self.set_role);
        connection.execute(AssertSqlSafe(statements)).await?;
        Ok(())
    }
}

fn parse(whose: &'static str, url: &str) -> Result<PgConnectOptions, SetupError> {
    // The driver takes any scheme.
    if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Err(SetupError::Address(whose));
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| SetupError::Address(whose))?;
    Ok(options.application_name("campanile"))
}

fn pool(login: Login, size: u32) -> PgPool {
    let options = login.options.clone();
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A round trip at every acquire; a stale connection is noticed and tried again instead.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let login = login.clone();
            Box::pin(async move { login.set_up(connection).await })
        })
        .connect_lazy_with(options)
}
