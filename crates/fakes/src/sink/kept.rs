//! What a sink remembers: the ledger, and the figures of `GET /count`.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::ledger::{LedgerWriter, Received};

/// The answer of `GET /count`.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Count {
    /// Calls received.
    pub requests: u64,
    /// Different webhook-ids among them.
    pub distinct_ids: u64,
    /// Calls whose signature did not hold.
    pub unverified: u64,
}

/// All of it under one lock, which is held for memory and buffer only.
pub(super) struct Kept(Mutex<Inner>);

struct Inner {
    ledger: LedgerWriter,
    ids: HashSet<String>,
    count: Count,
}

impl Kept {
    pub(super) fn append(ledger: &Path) -> anyhow::Result<Self> {
        Ok(Self(Mutex::new(Inner {
            ledger: LedgerWriter::append(ledger)?,
            ids: HashSet::new(),
            count: Count::default(),
        })))
    }

    /// Notes a call.
    pub(super) fn add(&self, received: Received) -> anyhow::Result<()> {
        let mut inner = self.lock();
        inner.ledger.add(&received)?;
        inner.count.requests += 1;
        inner.count.unverified += u64::from(received.verified == Some(false));
        if inner.ids.insert(received.webhook_id) {
            inner.count.distinct_ids += 1;
        }
        Ok(())
    }

    pub(super) fn flush(&self) -> anyhow::Result<()> {
        self.lock().ledger.flush()
    }

    pub(super) fn count(&self) -> Count {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
