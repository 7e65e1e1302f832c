//! Taking outbox rows, fairly over tenants, and all that a turn needs before it reads what they name.

mod recent;
mod whole;

use campanile_domain::{Lane, NotificationId, OutboxId};
use campanile_storage::{ClaimedOutboxRows, OutboxInHand, RelayLimits};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// How a claim goes on. Its `locked` are the rows and whether each is `free`: no user of the tenant is being
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

/// Takes rows of tenants of which no user is being erased; those of others wait for a later turn. The
/// transaction then sees what belongs to the tenants of the rows, and maybe of others.
pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &RelayLimits,
) -> Result<ClaimedOutboxRows, Fault> {
    if let Some(since) = limits.since
        && let Some(claimed) = recent::claim(connection, since, limits).await?
    {
        return Ok(claimed);
    }
    whole::claim(connection, limits).await
}

/// From the left: tenant, lane, id, notification_ids.
fn outbox_row(row: &PgRow) -> Result<OutboxInHand, Fault> {
    let mut reader = Reader::new(row, "outbox");
    let (tenant, lane) = (reader.tenant()?, Lane::from_rank(reader.next("lane")?));
    let id = OutboxId(reader.next("id")?);
    let ids: Vec<Uuid> = reader.next("notification_ids")?;
    Ok(OutboxInHand {
        tenant,
        lane,
        id,
        notifications: ids.into_iter().map(NotificationId).collect(),
    })
}
