//! A step that failed is noted on the row of its fan-out or recall. Its own transaction was rolled back by then.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FailedStep, Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// Which row a transaction has locked, for the time after it failed.
#[derive(Default)]
pub(super) struct AtWork(Mutex<Option<(TenantId, FanoutId, DateTime<Utc>)>>);

impl AtWork {
    /// A new try has none yet.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// This row, last stepped at that moment.
    pub(super) fn is(&self, tenant: &TenantId, id: FanoutId, stepped_at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((tenant.clone(), id, stepped_at));
    }

    fn get(&self) -> Option<(TenantId, FanoutId, DateTime<Utc>)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A step of a fan-out.
    Step,
    /// A step of a recall.
    Recall,
}

/// Notes a failure and puts the row off; gives the error back where no row is to blame, or the row went on meanwhile.
pub(super) async fn note<S: UnitOfWork + ?Sized>(
    storage: &S,
    kind: Kind,
    at_work: &AtWork,
    error: StorageError,
    now: DateTime<Utc>,
) -> Result<FailedStep, StorageError> {
    let Some((tenant, id, stepped_at)) = at_work.get().filter(|_| FailedStep::is_blamed(&error))
    else {
        return Err(error);
    };
    let note = Note {
        kind,
        tenant: tenant.clone(),
        id,
        stepped_at,
        is_lasting: error.is_lasting(),
        now,
    };
    let noted = transact(storage, Scope::worker(), note).await?;
    let Some((failures, retry_at)) = noted else {
        return Err(error);
    };
    Ok(FailedStep {
        tenant,
        id,
        failures,
        retry_at,
        error,
    })
}

struct Note {
    kind: Kind,
    tenant: TenantId,
    id: FanoutId,
    stepped_at: DateTime<Utc>,
    is_lasting: bool,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Note {
    type Done = Option<(u32, DateTime<Utc>)>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, id, stepped_at) = (&self.tenant, self.id, self.stepped_at);
        let failures = match self.kind {
            Kind::Step => tx.count_failed_step(tenant, id, stepped_at).await?,
            Kind::Recall => tx.count_failed_recall(tenant, id, stepped_at).await?,
        };
        let Some(failures) = failures else {
            tx.nothing_written();
            return Ok(None);
        };
        let retry_at = self.now + FailedStep::pause(failures, self.is_lasting);
        match self.kind {
            Kind::Step => tx.put_off_fanout(tenant, id, retry_at).await?,
            Kind::Recall => tx.put_off_recall(tenant, id, retry_at).await?,
        }
        Ok(Some((failures, retry_at)))
    }
}
