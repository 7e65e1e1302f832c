//! Replaying or purging many dead letters: in batches, so that no transaction grows long.

use std::time::Instant;

use campanile_domain::{Act, AuditAction, TenantId};
use campanile_pipeline::{AuditEntry, Audited, purge_dead_letters, replay_dead_letters};
use campanile_storage::{DeadLetterFilter, DeadLetters, StorageError, UnitOfWork};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Dead letters in one transaction.
const BATCH: u32 = 1_000;

/// What is done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// They become deliveries again, due at this moment.
    Replay(DateTime<Utc>),
    /// They are removed for good.
    Purge,
}

/// Where a sweep ends although there may be more.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// No batch is begun after so many.
    pub most: u64,
    /// No batch is begun after this moment.
    pub until: Option<Instant>,
}

impl Bounds {
    /// To the very end.
    pub const NONE: Self = Self {
        most: u64::MAX,
        until: None,
    };

    fn reached(self, count: u64) -> bool {
        count >= self.most || self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// The result of the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// To how many.
    pub count: u64,
    /// Whether it ended at a bound, with some left.
    pub more: bool,
}

/// Replays or purges what matches, oldest first, each batch in a separate transaction; calls `after_batch` with the
/// number so far. The filter should have a `to`: deliveries that die again during a replay would otherwise be
/// replayed without end.
///
/// # Errors
/// What the batches before the failing one did stays done; a repetition goes on with the rest.
pub async fn sweep<S: DeadLetters + UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    sweep: Sweep,
    act: &Act,
    bounds: Bounds,
    mut after_batch: impl FnMut(u64),
) -> Result<Swept, StorageError> {
    // One act, however many batches it takes: its row is stored with the first.
    let audited = Audited::new(storage, entry(tenant, filter, sweep, act));
    let mut count = 0;
    loop {
        let room = bounds.most.saturating_sub(count);
        let limit = u32::try_from(room).map_or(BATCH, |room| room.min(BATCH));
        let done = match count {
            0 => batch(&audited, tenant, filter, sweep, limit).await?,
            _ => batch(storage, tenant, filter, sweep, limit).await?,
        };
        count += done;
        after_batch(count);
        if done < u64::from(limit) {
            return Ok(Swept { count, more: false });
        }
        if bounds.reached(count) {
            let rest = storage.dead_letters(tenant, filter, None, 1).await?;
            let more = rest.total > 0;
            return Ok(Swept { count, more });
        }
    }
}

async fn batch<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    sweep: Sweep,
    limit: u32,
) -> Result<u64, StorageError> {
    match sweep {
        Sweep::Replay(now) => replay_dead_letters(storage, tenant, filter, now, limit).await,
        Sweep::Purge => purge_dead_letters(storage, tenant, filter, limit).await,
    }
}

/// The row of the audit log: what was chosen, with the ids as far as they fit.
fn entry(tenant: &TenantId, filter: &DeadLetterFilter, sweep: Sweep, act: &Act) -> AuditEntry {
    let action = match sweep {
        Sweep::Replay(_) => AuditAction::DeadLetterReplay,
        Sweep::Purge => AuditAction::DeadLetterPurge,
    };
    AuditEntry::new(tenant, act, action, "dead_letters").with(chosen(filter))
}

fn chosen(filter: &DeadLetterFilter) -> Value {
    json!({
        "ids": filter.ids,
        "channel": filter.channel.map(|channel| channel.name()),
        "code": filter.code,
        "from": filter.from,
        "to": filter.to,
    })
}
