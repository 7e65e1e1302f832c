//! The two ways to a connection: a transaction that knows its tenants, and a statement that is one.

use std::collections::BTreeSet;
use std::time::Instant;

use campanile_domain::TenantId;
use campanile_storage::StorageError;
use sqlx::postgres::PgArguments;
use sqlx::{Arguments, PgConnection, Postgres, QueryBuilder};

use crate::error::Fault;
use crate::pool::Pool;
use crate::session::Session;

/// How often a transaction that lost a deadlock is tried, in all.
const DEADLOCK_TRIES: u32 = 4;
/// How often a transaction whose connection broke is tried, in all. A restarted server leaves a
/// pool full of stale connections behind; those that rest go with the first that fails, those in use fail once each.
const LOST_TRIES: u32 = 16;

/// Heads a statement that is run [`alone`]. `$1` names the tenants whose rows it may see, as a [`Scope`] does.
///
/// Row-level security asks for them when the first row is looked at. So whatever looks at rows takes something from
/// `scope`, which therefore has been evaluated; where that was forgotten there are no rows. The setting ends with
/// the statement.
macro_rules! scope {
    () => {
        "WITH scope AS MATERIALIZED \
         (SELECT set_config('campanile.tenants', $1, true) AS tenants)"
    };
}
pub(crate) use scope;

/// Whose rows a transaction may see. Tenants are `[a-z0-9-]`, so they need no quoting.
#[derive(Debug, Clone)]
pub(crate) struct Scope(String);

impl Scope {
    /// No tenant's, but for the tables that the role sees whole.
    pub(crate) const fn none() -> Self {
        Self(String::new())
    }

    /// One tenant's.
    pub(crate) fn one(tenant: &TenantId) -> Self {
        Self(tenant.as_str().to_owned())
    }

    /// As the setting has it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The [`scope!`](scope) of a statement that is put together; what follows is pushed to it.
    pub(crate) fn head(&self) -> QueryBuilder<'static, Postgres> {
        let mut arguments = PgArguments::default();
        arguments.add(&self.0).expect("a text can be bound");
        QueryBuilder::with_arguments(scope!(), arguments)
    }

    /// Those of a batch.
    pub(crate) fn of<'a>(tenants: impl IntoIterator<Item = &'a TenantId>) -> Self {
        let tenants: BTreeSet<&str> = tenants.into_iter().map(TenantId::as_str).collect();
        Self(tenants.into_iter().collect::<Vec<_>>().join(","))
    }
}

/// Whether the closure changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No: the transaction is rolled back behind the caller's back, which costs no waiting.
    Read,
    /// Yes: it is committed.
    Write,
}

/// Runs a block in a transaction that sees the rows of a [`Scope`]; gives its `Result<_, Fault>`.
///
/// `transact!(pool, kind, scope, |connection| { … })`. Before the commit nothing is stored, so a
/// broken connection (a stale one from the pool, most of the time) is replaced, and a deadlock tried
/// again; so is what met a sealed row whose key is not known, after the key was looked up. An error of the commit itself is [`StorageError::CommitUnknown`] and never tried
/// again here.
///
/// A macro and not a function with an async closure, because the compiler cannot prove that such a
/// closure's future is `Send` for every lifetime of the connection (rust-lang/rust#110338).
macro_rules! transact {
    ($pool:expr, $kind:expr, $scope:expr, |$connection:ident| $work:block) => {{
        let mut tries = crate::connection::Tries::default();
        loop {
            let begun = std::time::Instant::now();
            let done: Result<_, crate::error::Fault> =
                match crate::session::Session::begin($pool, $scope).await {
                    Ok(mut session) => {
                        let ($connection, reach) = session.parts();
                        let work = crate::named::named(crate::named::function!(), async { $work });
                        match crate::session::answered(reach, work).await {
                            Ok(value) => $kind.end(session).await.map(|()| value),
                            Err(fault) => Err(fault),
                        }
                    }
                    Err(fault) => Err(fault),
                };
            match done {
                Err(crate::error::Fault::Keys(wanted)) => {
                    if let Err(fault) = crate::keys::look_up($pool, &wanted).await {
                        break Err(fault);
                    }
                }
                Err(fault) if tries.another(&fault) => tries.prepare($pool, begun),
                done => break done,
            }
        }
    }};
}
pub(crate) use transact;

/// Runs a block of one statement, which is a transaction by itself: no BEGIN, no COMMIT, two round trips less.
/// Gives its `Result<_, Fault>`.
///
/// `alone!(pool, kind, |connection| { … })`. The statement names its tenants itself: it begins with [`scope`]. One
/// whose connection broke is run again, though it may have been carried out: so it must only read, or do the same when it is run
/// again; with `|connection, was_lost|` it knows whether that happened before. Where the other tries fail too, a
/// [`Kind::Write`] ends as [`StorageError::CommitUnknown`], whatever they met: it says nothing of the first, which the
/// server may even be busy with.
macro_rules! alone {
    ($pool:expr, $kind:expr, |$connection:ident| $work:block) => {
        crate::connection::alone!($pool, $kind, |$connection, _was_lost| $work)
    };
    ($pool:expr, $kind:expr, |$connection:ident, $was_lost:ident| $work:block) => {{
        let mut tries = crate::connection::Tries::default();
        loop {
            let begun = std::time::Instant::now();
            let $was_lost = tries.is_open();
            let done: Result<_, crate::error::Fault> =
                match crate::session::Session::alone($pool).await {
                    Ok(mut session) => {
                        let ($connection, reach) = session.parts();
                        let work = crate::named::named(crate::named::function!(), async { $work });
                        let done = crate::session::answered(reach, work).await;
                        match &done {
                            Ok(_) => session.end(),
                            Err(fault) => tries.after_asking(fault),
                        }
                        done
                    }
                    Err(fault) => Err(fault),
                };
            match done {
                Err(crate::error::Fault::Keys(wanted)) => {
                    if let Err(fault) = crate::keys::look_up($pool, &wanted).await {
                        break Err($kind.of_tries(&tries, fault));
                    }
                }
                Err(fault) if tries.another(&fault) => tries.prepare($pool, begun),
                Err(fault) => break Err($kind.of_tries(&tries, fault)),
                Ok(value) => break Ok(value),
            }
        }
    }};
}
pub(crate) use alone;

impl Kind {
    /// Ends a transaction whose work is done.
    pub(crate) async fn end(self, session: Session) -> Result<(), Fault> {
        match self {
            Self::Read => Ok(()),
            Self::Write => session.commit().await,
        }
    }

    /// What a statement alone failed with, in all.
    pub(crate) fn of_tries(self, tries: &Tries, fault: Fault) -> Fault {
        if self == Self::Write && tries.is_open() {
            let why = StorageError::from(fault).to_string();
            return StorageError::CommitUnknown(why).into();
        }
        fault
    }
}

/// What was tried so far.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    lost: u32,
    deadlocks: u32,
    /// A statement was given to a server that did not say what became of it.
    is_open: bool,
}

impl Tries {
    /// Where a connection broke, others of its time may have: the next try shall not meet one after the other.
    pub(crate) fn prepare(&self, pool: &Pool, begun: Instant) {
        if self.lost > 0 {
            pool.forget_older(begun);
        }
    }

    /// Whether an earlier statement may have been carried out.
    pub(crate) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// A statement alone ended so, on a connection that had been given out: only then may the server have it.
    pub(crate) const fn after_asking(&mut self, fault: &Fault) {
        if matches!(fault, Fault::Lost(_) | Fault::Away(_)) {
            self.is_open = true;
        }
    }

    /// Whether the transaction is to be tried again after this.
    pub(crate) fn another(&mut self, fault: &Fault) -> bool {
        match fault {
            Fault::Lost(why) => {
                tracing::debug!(error = %why, "database connection lost");
                self.lost += 1;
                self.lost < LOST_TRIES
            }
            Fault::Deadlock(_) => {
                self.deadlocks += 1;
                self.deadlocks < DEADLOCK_TRIES
            }
            Fault::Away(_)
            | Fault::LockTimeout
            | Fault::NoPartition(_)
            | Fault::Taken(_)
            | Fault::Keys(_)
            | Fault::Final(_) => false,
        }
    }
}

/// Narrows or widens a worker's transaction to the tenants whose rows it has claimed.
pub(crate) async fn set_tenants(connection: &mut PgConnection, scope: &Scope) -> Result<(), Fault> {
    sqlx::query("SELECT set_config('campanile.tenants', $1, true)")
        .bind(&scope.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// How many rows, as the traits count them.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A limit as Postgres takes it.
pub(crate) fn limit(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A task that panicked or was stopped with its runtime.
pub(crate) fn task_fault(error: &tokio::task::JoinError) -> StorageError {
    StorageError::Unavailable(format!("database task ended early: {error}"))
}
