//! Tenants: looked up and changed by name under the app's role, listed and removed under the worker's.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    LinkScheme, NotificationId, RetentionDays, RetryLadder, Tenant, TenantId, TenantLimits,
    TokenKeys,
};
use campanile_storage::{CountStep, StorageError, TenantChange, TenantUsage, Tenants};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, count, scope, transact};
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge, \
         suspended_at, removing_since, max_api_keys, max_requests, max_sends, max_streams, max_types, \
         max_recipients, max_queued, max_notifications, track_opens, track_clicks, token_keys"
    };
}

#[async_trait]
impl Tenants for PostgresStorage {
    async fn add_tenant(&self, tenant: &Tenant) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let added = transact!(pool, Kind::Write, &Scope::one(&tenant.id), |connection| {
            add(connection, tenant).await
        });
        Ok(added?)
    }

    async fn change_tenant(
        &self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        let pool = &self.pools.app;
        let changed = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            change_row(connection, id, change).await
        });
        Ok(changed?)
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            one(connection, id).await
        });
        Ok(found?)
    }

    async fn tenants_of(&self, ids: &BTreeSet<&TenantId>) -> Result<Vec<Tenant>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = alone!(pool, Kind::Read, |connection| {
            let names: Vec<_> = ids.iter().map(|id| id.as_str()).collect();
            // By key, one by one: see `dispatch/record.rs`.
            let rows = sqlx::query(concat!(
                scope!(),
                " SELECT t.* FROM scope CROSS JOIN UNNEST($2::text[]) AS w (tenant)
                  CROSS JOIN LATERAL (SELECT ",
                tenant_columns!(),
                " FROM tenants t
                      WHERE scope.tenants IS NOT NULL AND t.tenant = w.tenant OFFSET 0) t"
            ))
            .bind(Scope::of(ids.iter().copied()).as_str())
            .bind(names)
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect::<Result<Vec<_>, Fault>>()
        });
        Ok(found?)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let all = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants ORDER BY tenant COLLATE \"C\""
            ))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(all?)
    }

    async fn tenant_page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let page = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE tenant > $1 ORDER BY tenant LIMIT $2"
            ))
            .bind(after.map_or("", TenantId::as_str))
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(page?)
    }

    async fn tenant_usage(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<TenantUsage, StorageError> {
        let pool = &self.pools.app;
        let usage = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            let row = sqlx::query(USAGE)
                .bind(id.as_str())
                .bind(now)
                .bind(i64::from(TenantUsage::COUNTED))
                .fetch_one(connection)
                .await?;
            let mut reader = Reader::new(&row, "tenants");
            Ok(TenantUsage {
                api_keys: count(reader.next("api_keys")?),
                providers: count(reader.next("providers")?),
                types: count(reader.next("types")?),
                users: count(reader.next("users")?),
                devices: count(reader.next("devices")?),
                topics: count(reader.next("topics")?),
                dead_letters: count(reader.next("dead_letters")?),
            })
        });
        Ok(usage?)
    }

    async fn queued_of(&self, id: &TenantId, most: u32) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let queued = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            let queued: Option<i64> = sqlx::query_scalar("SELECT campanile_queued($1, $2)")
                .bind(id.as_str())
                .bind(whole(most))
                .fetch_one(connection)
                .await?;
            Ok(count(queued.unwrap_or_default()))
        });
        Ok(queued?)
    }

    async fn count_notifications(
        &self,
        id: &TenantId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<CountStep, StorageError> {
        let pool = &self.pools.app;
        let step = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            let row = sqlx::query(STORED)
                .bind(id.as_str())
                .bind(after.map_or_else(Uuid::nil, |id| id.0))
                .bind(i64::from(limit))
                .fetch_one(connection)
                .await?;
            let mut reader = Reader::new(&row, "notifications");
            let counted: i64 = reader.next("counted")?;
            let last: Option<Uuid> = reader.next("last")?;
            let counted = u32::try_from(counted).unwrap_or(limit);
            Ok(CountStep {
                counted,
                last: last.filter(|_| counted == limit).map(NotificationId),
            })
        });
        Ok(step?)
    }

    async fn begin_tenant_removal(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let begun = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            begin_removal(connection, id, now).await
        });
        Ok(begun?)
    }

    async fn tenants_in_removal(
        &self,
        since_before: DateTime<Utc>,
    ) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE removing_since < $1 ORDER BY removing_since LIMIT 100"
            ))
            .bind(since_before)
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(found?)
    }

    async fn remove_tenant_rows(&self, id: &TenantId, limit: u32) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let removed = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            remove_rows(connection, id, limit).await
        });
        Ok(removed?)
    }

    async fn end_tenant_removal(&self, id: &TenantId) -> Result<bool, StorageError> {
        let pool = &self.pools.worker;
        let ended = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            // What workers that had something in hand wrote meanwhile goes with it.
            while remove_rows(&mut *connection, id, 1_000).await? > 0 {}
            // Its audit log is gone: the chain of the next tenant of the name goes on where this one ended.
            sqlx::query(
                "UPDATE audit_heads SET anchor_seq = seq, anchor_hash = hash, days = NULL WHERE tenant = $1",
            )
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
            let done =
                sqlx::query("DELETE FROM tenants WHERE tenant = $1 AND removing_since IS NOT NULL")
                    .bind(id.as_str())
                    .execute(connection)
                    .await?;
            Ok(done.rows_affected() == 1)
        });
        Ok(ended?)
    }
}

/// Creates a tenant; `false` if there is one of that name.
pub(crate) async fn add(connection: &mut PgConnection, tenant: &Tenant) -> Result<bool, Fault> {
    let ladder = tenant.retry_ladder.as_ref().map(RetryLadder::to_millis);
    let schemes: Vec<_> = tenant.link_schemes.iter().map(LinkScheme::as_str).collect();
    let done = sqlx::query(
        "INSERT INTO tenants (tenant, created_at, retry_ladder_ms, link_schemes, locale, push_badge, max_api_keys,
             max_requests, max_sends, max_streams, max_types, max_recipients, track_opens, track_clicks, token_keys,
             max_queued, max_notifications)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.id.as_str())
    .bind(tenant.created_at)
    .bind(&ladder)
    .bind(&schemes)
    .bind(tenant.locale.as_deref())
    .bind(tenant.push_badge)
    .bind(tenant.max_api_keys.map(whole))
    .bind(tenant.limits.requests.map(|rate| rate.to_string()))
    .bind(tenant.limits.sends.map(|rate| rate.to_string()))
    .bind(tenant.limits.streams.map(whole))
    .bind(tenant.limits.types.map(whole))
    .bind(tenant.limits.recipients.map(whole))
    .bind(tenant.track_opens)
    .bind(tenant.track_clicks)
    .bind(tenant.token_keys.as_ref().map(TokenKeys::as_str))
    .bind(tenant.limits.queued.map(whole))
    .bind(tenant.limits.notifications.map(whole))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the import of a tenant is not finished. The first frame of one replaces the tenant's row, so the lock shows
/// whether there is one that has just begun, and keeps others from beginning.
pub(crate) async fn is_being_imported(
    connection: &mut PgConnection,
    id: &TenantId,
) -> Result<bool, Fault> {
    sqlx::query("SELECT FROM tenants WHERE tenant = $1 FOR NO KEY UPDATE")
        .bind(id.as_str())
        .execute(&mut *connection)
        .await?;
    let is_imported = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM tenant_imports WHERE tenant = $1 AND finished_at IS NULL)",
    );
    Ok(is_imported.bind(id.as_str()).fetch_one(connection).await?)
}

/// Changes a tenant that is not being removed.
pub(crate) async fn change_row(
    connection: &mut PgConnection,
    id: &TenantId,
    change: &TenantChange,
) -> Result<Option<Tenant>, Fault> {
    let ladder = change
        .retry_ladder
        .as_ref()
        .map(|own| own.as_ref().map(RetryLadder::to_millis));
    let schemes = change.link_schemes.as_ref();
    let schemes: Option<Vec<_>> = schemes.map(|all| all.iter().map(LinkScheme::as_str).collect());
    let row = sqlx::query(concat!(
        "UPDATE tenants SET
             retry_ladder_ms = CASE WHEN $2 THEN $3 ELSE retry_ladder_ms END,
             link_schemes = CASE WHEN $4 THEN $5 ELSE link_schemes END,
             locale = CASE WHEN $6 THEN $7 ELSE locale END,
             push_badge = COALESCE($8, push_badge),
             suspended_at = CASE WHEN NOT $9 THEN suspended_at
                 WHEN $10::timestamptz IS NULL THEN NULL ELSE COALESCE(suspended_at, $10) END,
             max_api_keys = CASE WHEN $11 THEN $12 ELSE max_api_keys END,
             max_requests = CASE WHEN $13 THEN $14 ELSE max_requests END,
             max_sends = CASE WHEN $15 THEN $16 ELSE max_sends END,
             max_streams = CASE WHEN $17 THEN $18 ELSE max_streams END,
             max_types = CASE WHEN $19 THEN $20 ELSE max_types END,
             max_recipients = CASE WHEN $21 THEN $22 ELSE max_recipients END,
             track_opens = COALESCE($23, track_opens),
             track_clicks = COALESCE($24, track_clicks),
             token_keys = CASE WHEN $25 THEN $26 ELSE token_keys END,
             max_queued = CASE WHEN $27 THEN $28 ELSE max_queued END,
             max_notifications = CASE WHEN $29 THEN $30 ELSE max_notifications END
         WHERE tenant = $1 AND removing_since IS NULL RETURNING ",
        tenant_columns!(),
    ))
    .bind(id.as_str())
    .bind(ladder.is_some())
    .bind(ladder.as_ref().and_then(Option::as_ref))
    .bind(schemes.is_some())
    .bind(&schemes)
    .bind(change.locale.is_some())
    .bind(change.locale.as_ref().and_then(Option::as_deref))
    .bind(change.push_badge)
    .bind(change.suspended_at.is_some())
    .bind(change.suspended_at.flatten())
    .bind(change.max_api_keys.is_some())
    .bind(change.max_api_keys.flatten().map(whole))
    .bind(change.max_requests.is_some())
    .bind(change.max_requests.flatten().map(|rate| rate.to_string()))
    .bind(change.max_sends.is_some())
    .bind(change.max_sends.flatten().map(|rate| rate.to_string()))
    .bind(change.max_streams.is_some())
    .bind(change.max_streams.flatten().map(whole))
    .bind(change.max_types.is_some())
    .bind(change.max_types.flatten().map(whole))
    .bind(change.max_recipients.is_some())
    .bind(change.max_recipients.flatten().map(whole))
    .bind(change.track_opens)
    .bind(change.track_clicks)
    .bind(change.token_keys.is_some())
    .bind(
        change
            .token_keys
            .as_ref()
            .and_then(Option::as_ref)
            .map(TokenKeys::as_str),
    )
    .bind(change.max_queued.is_some())
    .bind(change.max_queued.flatten().map(whole))
    .bind(change.max_notifications.is_some())
    .bind(change.max_notifications.flatten().map(whole))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Begins to remove a tenant; its secrets cannot be read any more.
pub(crate) async fn begin_removal(
    connection: &mut PgConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "UPDATE tenants SET removing_since = COALESCE(removing_since, $2),
             suspended_at = COALESCE(suspended_at, $2) WHERE tenant = $1",
    )
    .bind(id.as_str())
    .bind(now)
    .execute(&mut *connection)
    .await?;
    for keys in [
        "DELETE FROM tenant_keys WHERE tenant = $1",
        "DELETE FROM tenant_former_keys WHERE tenant = $1",
    ] {
        sqlx::query(keys)
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(done.rows_affected() == 1)
}

/// A part of the count of notifications.
const STORED: &str = "
    WITH step AS MATERIALIZED (SELECT id FROM notifications WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3)
    SELECT count(*) AS counted, (SELECT id FROM step ORDER BY id DESC LIMIT 1) AS last FROM step";

/// Each count ends at `$3`: it would take as long as there are rows.
const USAGE: &str = "
    SELECT (SELECT count(*) FROM api_keys WHERE tenant = $1 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > $2)),
        (SELECT count(*) FROM providers WHERE tenant = $1),
        (SELECT count(*) FROM (SELECT FROM template_types WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM users WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM devices WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM topics WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM dead_letters WHERE tenant = $1 LIMIT $3) AS counted)";

/// Tables with rows of tenants, the pending work first: nothing is made of it any more. Partitions are reached through their
/// parents. A table that a later release adds is among them by itself.
const TABLES: &str = "
    SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attname = 'tenant' AND NOT a.attisdropped AND c.relname NOT IN ('tenants', 'audit_heads')
    ORDER BY c.relname NOT IN ('outbox', 'schedule', 'fanout_work', 'fanout_recalls', 'dispatch', 'reschedules'), 1";

/// Removes some rows of the first table that has any. The tenant must be in removal.
async fn remove_rows(
    connection: &mut PgConnection,
    id: &TenantId,
    limit: u32,
) -> Result<u64, Fault> {
    let in_removal: Option<bool> =
        sqlx::query_scalar("SELECT removing_since IS NOT NULL FROM tenants WHERE tenant = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    if in_removal != Some(true) {
        return Ok(0);
    }
    let tables: Vec<String> = sqlx::query_scalar(TABLES)
        .fetch_all(&mut *connection)
        .await?;
    // A young day's statistics have the planner take all rows for this tenant's, and read for the first few of them.
    connection.execute("SET LOCAL enable_seqscan = off").await?;
    for table in tables {
        // By place: partitions have equal places, and there too a row must be the tenant's.
        let statement = format!(
            "DELETE FROM {table} WHERE tenant = $1
                 AND ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE tenant = $1 LIMIT $2))"
        );
        let done = sqlx::query(&statement)
            .bind(id.as_str())
            .bind(i64::from(limit))
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() > 0 {
            return Ok(done.rows_affected());
        }
    }
    Ok(0)
}

/// As Postgres has it.
fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A tenant, if there is one of the name.
pub(crate) async fn one(
    connection: &mut PgConnection,
    id: &TenantId,
) -> Result<Option<Tenant>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        tenant_columns!(),
        " FROM tenants WHERE tenant = $1"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<Tenant, Fault> {
    let mut reader = Reader::new(row, "tenants");
    Ok(Tenant {
        id: reader.tenant()?,
        created_at: reader.next("created_at")?,
        retry_ladder: ladder(&mut reader)?,
        retention: days(&mut reader)?,
        link_schemes: link_schemes(&mut reader)?,
        locale: reader.next("locale")?,
        push_badge: reader.next("push_badge")?,
        suspended_at: reader.next("suspended_at")?,
        removing_since: reader.next("removing_since")?,
        max_api_keys: number(&mut reader, "max_api_keys")?,
        limits: TenantLimits {
            requests: reader.parse_some("max_requests", str::parse)?,
            sends: reader.parse_some("max_sends", str::parse)?,
            streams: number(&mut reader, "max_streams")?,
            types: number(&mut reader, "max_types")?,
            recipients: number(&mut reader, "max_recipients")?,
            queued: number(&mut reader, "max_queued")?,
            notifications: number(&mut reader, "max_notifications")?,
        },
        track_opens: reader.next("track_opens")?,
        track_clicks: reader.next("track_clicks")?,
        token_keys: reader
            .next::<Option<String>>("token_keys")?
            .map(TokenKeys::stored),
    })
}

/// The next column: a bound, if one was set.
fn number(reader: &mut Reader<'_>, column: &'static str) -> Result<Option<u32>, Fault> {
    let number: Option<i32> = reader.next(column)?;
    Ok(number.map(|number| u32::try_from(number).unwrap_or(0)))
}

/// The next column: schemes of links, of which a later release may know more.
fn link_schemes(reader: &mut Reader<'_>) -> Result<Vec<LinkScheme>, Fault> {
    let schemes: Option<Vec<String>> = reader.next("link_schemes")?;
    let schemes = schemes.unwrap_or_default();
    Ok(schemes
        .iter()
        .filter_map(|scheme| LinkScheme::parse(scheme).ok())
        .collect())
}

/// The next column: a tenant's own ladder, if it set one.
pub(crate) fn ladder(reader: &mut Reader<'_>) -> Result<Option<RetryLadder>, Fault> {
    let Some(steps) = reader.next::<Option<Vec<i64>>>("retry_ladder_ms")? else {
        return Ok(None);
    };
    match RetryLadder::from_millis(&steps) {
        Some(ladder) => Ok(Some(ladder)),
        None => Err(reader.undecodable("retry_ladder_ms", format!("{steps:?}"))),
    }
}

/// The next column: a tenant's own term, if it set one.
pub(crate) fn days(reader: &mut Reader<'_>) -> Result<Option<RetentionDays>, Fault> {
    let Some(days) = reader.next::<Option<i32>>("retention_days")? else {
        return Ok(None);
    };
    match u32::try_from(days).ok().and_then(RetentionDays::new) {
        Some(days) => Ok(Some(days)),
        None => Err(reader.undecodable("retention_days", days.to_string())),
    }
}
