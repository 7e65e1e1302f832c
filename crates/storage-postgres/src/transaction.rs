//! The unit of work: a transaction that is run again where its connection broke before the commit, or where it lost a
//! deadlock.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use campanile_domain::{Random, TenantId};
use campanile_sealing::KeyRing;
use campanile_storage::{RunInTransaction, StorageError, Transaction, UnitOfWork};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::accept::clock;
use crate::addresses::AsInBook;
use crate::connection::{Kind, Scope, Tries, set_tenants};
use crate::error::Fault;
use crate::keys;
use crate::named::named;
use crate::pool::Pool;
use crate::session::{Session, answered};

/// A transaction that a use case has begun.
pub(crate) struct PostgresTransaction<'c> {
    pub(crate) connection: &'c mut PgConnection,
    pub(crate) random: &'c Random,
    pub(crate) keys: &'c KeyRing,
    pub(crate) as_in_book: AsInBook,
    /// Why the last operation failed: it tells whether the work is worth another try.
    fault: Option<Fault>,
    has_written: bool,
    /// Whether it was begun to read only.
    pub(crate) is_read_only: bool,
}

impl PostgresTransaction<'_> {
    /// Gives a use case the error that it may see, and keeps what it means for the transaction.
    pub(crate) fn keep<T>(&mut self, done: Result<T, Fault>) -> Result<T, StorageError> {
        self.fault = done.as_ref().err().and_then(Fault::to_retry);
        done.map_err(StorageError::from)
    }
}

#[async_trait]
impl Transaction for PostgresTransaction<'_> {
    async fn narrow_to(&mut self, tenants: &[&TenantId]) -> Result<(), StorageError> {
        let scope = Scope::of(tenants.iter().copied());
        let narrowed = named("narrow_to", set_tenants(self.connection, &scope)).await;
        self.keep(narrowed)
    }

    async fn check_clock(&mut self, now: DateTime<Utc>) -> Result<(), StorageError> {
        let database = named("check_clock", clock::now_in(self.connection)).await;
        clock::check_stamp(self.keep(database)?, now)
    }

    fn random(&self) -> &Random {
        self.random
    }

    fn nothing_written(&mut self) {
        self.has_written = false;
    }

    fn is_written(&self) -> bool {
        self.has_written
    }
}

#[async_trait]
impl UnitOfWork for PostgresStorage {
    async fn run(
        &self,
        scope: campanile_storage::Scope,
        work: Arc<dyn RunInTransaction>,
    ) -> Result<(), StorageError> {
        let pool = if scope.is_owner() {
            &self.pools.owner
        } else if scope.is_worker() {
            &self.pools.worker
        } else {
            &self.pools.app
        };
        let kind = if scope.is_read_only() {
            Kind::Read
        } else {
            Kind::Write
        };
        let scope = Scope::of(scope.tenants());
        let mut tries = Tries::default();
        loop {
            let begun = Instant::now();
            match once(pool, kind, &scope, &self.random, work.as_ref()).await {
                Ok(()) => return Ok(()),
                Err(Fault::Keys(wanted)) => keys::look_up(pool, &wanted).await?,
                Err(fault) if tries.another(&fault) => tries.prepare(pool, begun),
                Err(fault) => return Err(fault.into()),
            }
        }
    }
}

async fn once(
    pool: &Pool,
    kind: Kind,
    scope: &Scope,
    random: &Random,
    work: &dyn RunInTransaction,
) -> Result<(), Fault> {
    let mut session = Session::begin(pool, scope).await?;
    let (connection, reach) = session.parts();
    let working = async {
        let mut transaction = PostgresTransaction {
            connection,
            random,
            keys: pool.keys(),
            as_in_book: AsInBook::default(),
            fault: None,
            has_written: kind == Kind::Write,
            is_read_only: kind == Kind::Read,
        };
        match work.run(&mut transaction).await {
            Ok(()) => Ok(transaction.has_written),
            Err(error) => Err(transaction.fault.take().unwrap_or(Fault::Final(error))),
        }
    };
    match answered(reach, working).await {
        Ok(true) => session.commit().await,
        // It is rolled back after this returns, which costs no waiting.
        Ok(false) => Ok(()),
        Err(fault @ (Fault::Lost(_) | Fault::Away(_))) => Err(fault),
        Err(fault) => {
            session.rollback().await;
            Err(fault)
        }
    }
}
