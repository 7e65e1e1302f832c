//! Taking outbox rows, fairly over tenants, and all that a turn needs before it reads what they name.

mod recent;
mod whole;

use campanile_domain::{Lane, OutboxId, TenantId};
use campanile_storage::RelayLimits;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// How a claim goes on. Its `locked` are the rows and whether each is `free`: nobody of the tenant's is being
/// erased, nor will be until the turn ends. `scope`, which the claim reads from as well, lets the statements
/// that follow see what belongs to the tenants of those.
///
/// That may be one statement with the claim because it reads the outbox alone, in which an erasure
/// changes nothing. What reads people and their notifications must be a later statement: its snapshot
/// begins when the lock is held, so that it sees all of an erasure that came before. Neither these locks
/// nor those on rows are waited for, so their order is free.
macro_rules! scope_of_locked {
    () => {
        "scope AS MATERIALIZED (
             SELECT set_config('campanile.tenants', coalesce(string_agg(DISTINCT tenant, ','), ''), true)
             FROM locked WHERE free
         ) "
    };
}
use scope_of_locked;

/// An outbox row that this transaction has locked. Of its tenant nobody is being erased.
pub(super) struct OutboxRow {
    pub(super) tenant: TenantId,
    pub(super) lane: Lane,
    pub(super) id: Uuid,
    pub(super) notification_ids: Vec<Uuid>,
}

/// What a turn takes.
pub(super) struct Claimed {
    pub(super) rows: Vec<OutboxRow>,
    pub(super) more: bool,
    pub(super) held: bool,
}

impl Claimed {
    /// When the oldest row was made.
    pub(super) fn oldest(&self) -> Option<DateTime<Utc>> {
        let made = self.rows.iter().map(|row| OutboxId(row.id).made_at());
        made.flatten().min()
    }
}

/// Takes rows of tenants of whom nobody is being erased; those of others wait for a later turn. The
/// transaction then sees what belongs to the tenants of the rows, and maybe of others.
pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &RelayLimits,
) -> Result<Claimed, Fault> {
    if let Some(since) = limits.since
        && let Some(claimed) = recent::claim(connection, since, limits).await?
    {
        return Ok(claimed);
    }
    whole::claim(connection, limits).await
}

/// From the left: tenant, lane, id, notification_ids.
fn outbox_row(row: &PgRow) -> Result<OutboxRow, Fault> {
    let mut reader = Reader::new(row, "outbox");
    Ok(OutboxRow {
        tenant: reader.tenant()?,
        lane: Lane::from_rank(reader.next("lane")?),
        id: reader.next("id")?,
        notification_ids: reader.next("notification_ids")?,
    })
}
