//! Putting messages on the list.

use campanile_domain::Channel;
use campanile_storage::{BuriedMessage, UNREADABLE_MESSAGE};
use sqlx::PgConnection;

use crate::error::Fault;

/// Messages of any tenants. Sorted, so that two workers lock in the same order.
pub(super) async fn bury(
    connection: &mut PgConnection,
    messages: &[BuriedMessage],
) -> Result<u64, Fault> {
    let mut messages: Vec<_> = messages.iter().collect();
    messages.sort_by_key(|one| (&one.tenant, one.id));
    let tenants: Vec<_> = messages.iter().map(|one| one.tenant.as_str()).collect();
    let ids: Vec<_> = messages.iter().map(|one| one.id.0).collect();
    let channel = |one: &&BuriedMessage| one.channel.map(Channel::name);
    let details: Vec<_> = messages.iter().map(|one| one.detail.as_str()).collect();
    let done = sqlx::query(
        "INSERT INTO dead_letters (tenant, id, channel, lane, code, detail, attempts, died_at)
         SELECT m.tenant, m.id, m.channel, m.lane, $7, m.detail, 0, m.died_at
         FROM UNNEST($1::text[], $2::uuid[], $3::text[], $4::smallint[], $5::text[],
             $6::timestamptz[]) AS m (tenant, id, channel, lane, detail, died_at)
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(tenants)
    .bind(ids)
    .bind(messages.iter().map(channel).collect::<Vec<_>>())
    .bind(
        messages
            .iter()
            .map(|one| one.lane.rank())
            .collect::<Vec<_>>(),
    )
    .bind(details)
    .bind(messages.iter().map(|one| one.died_at).collect::<Vec<_>>())
    .bind(UNREADABLE_MESSAGE)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
