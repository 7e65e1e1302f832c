//! Deliveries that died.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetters,
    StorageError, UNREADABLE_MESSAGE,
};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

#[async_trait]
impl DeadLetters for PostgresStorage {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        after: Option<DeadLetterCursor>,
        limit: u32,
    ) -> Result<DeadLetterPage, StorageError> {
        let pool = &self.pools.app;
        let page = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let mut all = QueryBuilder::new("SELECT count(*) FROM dead_letters WHERE tenant = ");
            matching(&mut all, tenant, filter);
            let total: i64 = all.build_query_scalar().fetch_one(&mut *connection).await?;
            let mut items = items(connection, tenant, filter, after, limit).await?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let has_more = items.len() > limit;
            items.truncate(limit);
            Ok(DeadLetterPage {
                items,
                total: count(total),
                has_more,
            })
        });
        Ok(page?)
    }

    async fn replay_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let replayed = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let mut query = taking(tenant, filter, REPLAYABLE, limit);
            let query = query.push(" RETURNING id, notification_id, channel, lane");
            let rows = query.build().fetch_all(&mut *connection).await?;
            let taken: Vec<Taken> = rows.iter().map(Taken::read).collect::<Result<_, Fault>>()?;
            revive(connection, tenant, &taken, now).await?;
            Ok(taken.len() as u64)
        });
        Ok(replayed?)
    }

    async fn purge_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let purged = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let mut query = taking(tenant, filter, "", limit);
            let done = query.build().execute(connection).await?;
            Ok(done.rows_affected())
        });
        Ok(purged?)
    }

    async fn bury_messages(&self, messages: &[BuriedMessage]) -> Result<u64, StorageError> {
        if messages.is_empty() {
            return Ok(0);
        }
        let (pool, scope) = (
            &self.pools.worker,
            Scope::of(messages.iter().map(|one| &one.tenant)),
        );
        let buried = transact!(pool, Kind::Write, &scope, |connection| {
            bury(connection, messages).await
        });
        Ok(buried?)
    }
}

fn matching(query: &mut QueryBuilder<Postgres>, tenant: &TenantId, filter: &DeadLetterFilter) {
    query.push_bind(tenant.as_str().to_owned());
    if let Some(ids) = &filter.ids {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        query.push(" AND id = ANY (").push_bind(ids).push(")");
    }
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.name());
    }
    if let Some(code) = &filter.code {
        query.push(" AND code = ").push_bind(code.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND died_at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND died_at < ").push_bind(to);
    }
}

async fn items(
    connection: &mut PgConnection,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    after: Option<DeadLetterCursor>,
    limit: u32,
) -> Result<Vec<DeadLetter>, Fault> {
    let mut page = QueryBuilder::new(
        "SELECT id, notification_id, user_id, channel, code, detail, attempts, died_at
         FROM dead_letters WHERE tenant = ",
    );
    matching(&mut page, tenant, filter);
    if let Some((died_at, id)) = after {
        page.push(" AND (died_at, id) < (")
            .push_bind(died_at)
            .push(", ")
            .push_bind(id.0)
            .push(")");
    }
    page.push(" ORDER BY died_at DESC, id DESC LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = page.build().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// A dead letter that has been taken off the list.
struct Taken {
    id: Uuid,
    notification: Uuid,
    channel: String,
    lane: i16,
}

impl Taken {
    fn read(row: &PgRow) -> Result<Self, Fault> {
        Ok(Self {
            id: row.try_get("id")?,
            notification: row.try_get("notification_id")?,
            channel: row.try_get("channel")?,
            lane: row.try_get("lane")?,
        })
    }
}

/// What can be delivered again: a message that nobody could read names nothing to deliver.
const REPLAYABLE: &str = " AND notification_id IS NOT NULL";

/// Removes the oldest that match; `also` narrows the choice further. What somebody else is taking is
/// left to them.
fn taking(
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    also: &'static str,
    limit: u32,
) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("DELETE FROM dead_letters WHERE tenant = ");
    query
        .push_bind(tenant.as_str().to_owned())
        .push(" AND id = ANY (ARRAY (SELECT id FROM dead_letters WHERE tenant = ");
    matching(&mut query, tenant, filter);
    query
        .push(also)
        .push(" ORDER BY died_at, id LIMIT ")
        .push_bind(i64::from(limit))
        .push("))");
    query
}

/// Messages of any tenants. Sorted, so that two workers lock in the same order.
async fn bury(connection: &mut PgConnection, messages: &[BuriedMessage]) -> Result<u64, Fault> {
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

/// Due now, with the whole ladder before them.
async fn revive(
    connection: &mut PgConnection,
    tenant: &TenantId,
    taken: &[Taken],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if taken.is_empty() {
        return Ok(());
    }
    let (low, high) = bounds(taken.iter().map(|one| one.notification));
    sqlx::query(
        "WITH revived AS (
             UPDATE deliveries d SET state = 'retrying', reason = NULL, next_attempt_at = $6,
                 updated_at = $6, unfinished_starts = 0,
                 ladder_from = jsonb_array_length(d.attempts)
             FROM UNNEST($2::uuid[], $3::uuid[], $4::text[], $5::smallint[])
                 AS x (notification_id, id, channel, lane)
             WHERE d.tenant = $1 AND d.notification_id = x.notification_id AND d.id = x.id
                 AND d.state = 'dead' AND d.notification_id >= $7 AND d.notification_id <= $8
             RETURNING d.tenant, d.id, d.notification_id, x.channel, x.lane
         )
         INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at)
         SELECT r.tenant, 'retry', r.id, r.notification_id, r.channel, r.lane, $6 FROM revived r",
    )
    .bind(tenant.as_str())
    .bind(taken.iter().map(|one| one.notification).collect::<Vec<_>>())
    .bind(taken.iter().map(|one| one.id).collect::<Vec<_>>())
    .bind(
        taken
            .iter()
            .map(|one| one.channel.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(taken.iter().map(|one| one.lane).collect::<Vec<_>>())
    .bind(now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<DeadLetter, Fault> {
    let mut reader = Reader::new(row, "dead_letters");
    Ok(DeadLetter {
        id: DeliveryId(reader.next("id")?),
        notification_id: reader
            .next::<Option<Uuid>>("notification_id")?
            .map(NotificationId),
        user_id: reader.parse_some("user_id", UserId::parse)?,
        channel: reader.parse_some("channel", str::parse)?,
        code: reader.next("code")?,
        detail: reader.next("detail")?,
        attempts: reader.unsigned("attempts")?,
        died_at: reader.next("died_at")?,
    })
}
