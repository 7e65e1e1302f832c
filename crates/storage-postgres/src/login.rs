//! Logins, the roles that they take on, and how their sessions are set up.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use crate::SetupError;
use crate::settings::{LookUps, PostgresSettings, Role};

/// How every session is set up. No statement waits for another transaction's lock, so also for an idempotency key,
/// for longer than 2 s.
const SESSION: &str = "SET lock_timeout = '2s'; SET statement_timeout = '30s'; \
    SET idle_in_transaction_session_timeout = '60s'";

/// A net under the statements, which find their rows without it (ADR 30): a table that was empty when it was last vacuumed
/// costs nothing by any plan, and a plan that was made then and reads it whole would be kept when rows come, until
/// statistics are taken. One generic plan per statement saves planning over all partitions at each execution. What
/// is demanded so makes costs look enormous, for which the server would compile such a plan anew each time it runs: no JIT. The CHECKs
/// of states and channels are the same in all partitions, so no plan is the better for comparing them with its conditions.
/// A bitmap of a tenant's rows looks cheap as long as a day has a few pages of them, and such a plan would be kept too.
const GUARD: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
    SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan; SET jit = off; SET constraint_exclusion = off";

/// A login and the role that it takes on.
#[derive(Clone)]
pub(crate) struct Login {
    options: PgConnectOptions,
    set_role: String,
    look_ups: LookUps,
}

impl Login {
    pub(crate) fn of(settings: &PostgresSettings, role: Role) -> Result<Self, SetupError> {
        match (role, &settings.worker_url) {
            (Role::Worker, Some(own)) => Self::dedicated(settings, "worker's", own, role.name()),
            (Role::Api | Role::Worker, _) => Self::shared(settings, role.name()),
        }
    }

    pub(crate) fn owner(settings: &PostgresSettings) -> Result<Self, SetupError> {
        match &settings.owner_url {
            Some(own) => Self::dedicated(settings, "owner's", own, "campanile_owner"),
            None => Self::shared(settings, "campanile_owner"),
        }
    }

    /// A login of `settings`, whichever there is, for what every role may see.
    pub(crate) fn any(settings: &PostgresSettings) -> Result<Self, SetupError> {
        if settings.app_url.is_empty() && settings.worker_url.is_none() {
            return Self::owner(settings);
        }
        Self::of(settings, settings.role)
    }

    /// The address that several roles share: it must be able to become the role.
    fn shared(settings: &PostgresSettings, role: &str) -> Result<Self, SetupError> {
        Ok(Self {
            options: parse("main", &settings.app_url)?,
            set_role: format!("SET ROLE {role}"),
            look_ups: settings.look_ups,
        })
    }

    /// An address for this role alone: a login that inherits the role's rights will do as it is.
    fn dedicated(
        settings: &PostgresSettings,
        whose: &'static str,
        url: &str,
        role: &str,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            options: parse(whose, url)?,
            set_role: format!(
                "SELECT set_config('role', rolname, false) FROM pg_roles \
                 WHERE rolname = '{role}' AND pg_has_role(session_user, oid, 'MEMBER')"
            ),
            look_ups: settings.look_ups,
        })
    }

    /// Where it leads to: host, port, socket.
    pub(crate) fn server(&self) -> (&str, u16, Option<&PathBuf>) {
        let options = &self.options;
        (options.get_host(), options.get_port(), options.get_socket())
    }

    /// A connection that has taken on the role.
    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.connect_plain().await?;
        self.set_up(&mut connection).await?;
        Ok(connection)
    }

    /// A connection outside the pools that has not taken on the role.
    pub(crate) async fn connect_plain(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.options).await
    }

    /// Takes on the role and sets the session up, in one round trip.
    pub(crate) async fn set_up(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let guard = match self.look_ups {
            LookUps::Guarded => GUARD,
            LookUps::Unguarded => "",
        };
        let statements = format!("{}; {SESSION}; {guard}", self.set_role);
        connection.execute(&*statements).await?;
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
