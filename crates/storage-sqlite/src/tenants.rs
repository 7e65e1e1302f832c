//! Tenants.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    LinkScheme, NotificationId, Rate, RateParseError, RetentionDays, RetryLadder, Tenant, TenantId,
    TenantLimits, TokenKeys,
};
use campanile_storage::{CountStep, StorageError, TenantChange, TenantUsage, Tenants};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, ladder, micros, moment, tenant};
use crate::scrub;

/// Tenants in one query; SQLite binds 32,766 values at most.
const AT_ONCE: usize = 1_000;

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge, \
         suspended_at, removing_since, max_api_keys, max_requests, max_sends, max_streams, max_types, \
         max_recipients, track_opens, track_clicks, token_keys, max_queued, max_notifications"
    };
}

#[async_trait]
impl Tenants for SqliteStorage {
    async fn add_tenant(&self, tenant: &Tenant) -> Result<bool, StorageError> {
        let one = tenant.clone();
        self.writer
            .write(move |connection| Box::pin(async move { add(connection, &one).await }))
            .await
    }

    async fn change_tenant(
        &self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        let (id, change) = (id.clone(), change.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move { change_row(connection, &id, &change).await })
            })
            .await
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        one(&mut connection, id).await
    }

    async fn tenants_of(&self, ids: &BTreeSet<&TenantId>) -> Result<Vec<Tenant>, StorageError> {
        let mut found = Vec::new();
        let all: Vec<_> = ids.iter().collect();
        for some in all.chunks(AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE tenant IN ("
            ));
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_str());
            }
            list.push_unseparated(")");
            let rows = query.build().fetch_all(&self.readers).await;
            for row in &rows.map_err(storage_error)? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants ORDER BY tenant"
        ))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn tenant_page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants WHERE tenant > ? ORDER BY tenant LIMIT ?"
        ))
        .bind(after.map_or("", TenantId::as_str))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn tenant_usage(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<TenantUsage, StorageError> {
        let row = sqlx::query(USAGE)
            .bind(id.as_str())
            .bind(micros(now))
            .bind(TenantUsage::COUNTED)
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        let number = |column| {
            let number: i64 = get(&row, column)?;
            Ok::<_, StorageError>(u64::try_from(number).unwrap_or(0))
        };
        Ok(TenantUsage {
            api_keys: number("api_keys")?,
            providers: number("providers")?,
            types: number("types")?,
            users: number("users")?,
            devices: number("devices")?,
            topics: number("topics")?,
            dead_letters: number("dead_letters")?,
        })
    }

    async fn queued_of(&self, id: &TenantId, most: u32) -> Result<u64, StorageError> {
        let queued: i64 = sqlx::query_scalar(QUEUED)
            .bind(id.as_str())
            .bind(most)
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(u64::try_from(queued).unwrap_or(0))
    }

    async fn count_notifications(
        &self,
        id: &TenantId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<CountStep, StorageError> {
        let row = sqlx::query(STORED)
            .bind(id.as_str())
            .bind(after.map_or_else(Uuid::nil, |id| id.0))
            .bind(limit)
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        let (counted, last): (u32, Option<Uuid>) = (get(&row, "counted")?, get(&row, "last")?);
        Ok(CountStep {
            counted,
            last: last.filter(|_| counted == limit).map(NotificationId),
        })
    }

    async fn begin_tenant_removal(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { begin_removal(connection, &id, now).await })
            })
            .await
    }

    async fn tenants_in_removal(
        &self,
        since_before: DateTime<Utc>,
    ) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants WHERE removing_since < ? ORDER BY removing_since LIMIT 100"
        ))
        .bind(micros(since_before))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn remove_tenant_rows(&self, id: &TenantId, limit: u32) -> Result<u64, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { remove_rows(connection, &id, limit).await })
            })
            .await
    }

    async fn end_tenant_removal(&self, id: &TenantId) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    // What was in hand of the worker was written meanwhile.
                    while remove_rows(&mut *connection, &id, 1_000).await? > 0 {}
                    // Its audit log is gone: the chain of the next tenant of the name goes on where this one ended.
                    sqlx::query(
                        "UPDATE audit_heads SET anchor_seq = seq, anchor_hash = hash, days = NULL WHERE tenant = ?",
                    )
                    .bind(id.as_str())
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    let done = sqlx::query(
                        "DELETE FROM tenants WHERE tenant = ? AND removing_since IS NOT NULL",
                    )
                    .bind(id.as_str())
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    scrub::mark_due(connection).await?;
                    Ok(done.rows_affected() == 1)
                })
            })
            .await
    }
}

/// Creates a tenant; `false` if there is one of that name.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    one: &Tenant,
) -> Result<bool, StorageError> {
    sqlx::query(
        "INSERT INTO tenants (tenant, created_at, retry_ladder_ms, link_schemes, locale, push_badge, \
         max_api_keys, max_requests, max_sends, max_streams, max_types, max_recipients, track_opens, track_clicks, token_keys, \
         max_queued, max_notifications) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(one.id.as_str())
    .bind(micros(one.created_at))
    .bind(one.retry_ladder.as_ref().map(to_json))
    .bind(schemes_column(&one.link_schemes))
    .bind(one.locale.as_deref())
    .bind(one.push_badge)
    .bind(one.max_api_keys)
    .bind(one.limits.requests.map(|rate| rate.to_string()))
    .bind(one.limits.sends.map(|rate| rate.to_string()))
    .bind(one.limits.streams)
    .bind(one.limits.types)
    .bind(one.limits.recipients)
    .bind(one.track_opens)
    .bind(one.track_clicks)
    .bind(one.token_keys.as_ref().map(TokenKeys::as_str))
    .bind(one.limits.queued)
    .bind(one.limits.notifications)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(storage_error)
}

/// Whether the import of a tenant is not finished; there is one writer.
pub(crate) async fn is_being_imported(
    connection: &mut SqliteConnection,
    id: &TenantId,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM tenant_imports WHERE tenant = ? AND finished_at IS NULL)",
    )
    .bind(id.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

/// Changes a tenant that is not being removed.
pub(crate) async fn change_row(
    connection: &mut SqliteConnection,
    id: &TenantId,
    change: &TenantChange,
) -> Result<Option<Tenant>, StorageError> {
    let ladder = change.retry_ladder.as_ref();
    let schemes = change.link_schemes.as_deref();
    let row = sqlx::query(concat!(
        "UPDATE tenants SET \
             retry_ladder_ms = CASE WHEN ?2 THEN ?3 ELSE retry_ladder_ms END, \
             link_schemes = CASE WHEN ?4 THEN ?5 ELSE link_schemes END, \
             locale = CASE WHEN ?6 THEN ?7 ELSE locale END, \
             push_badge = COALESCE(?8, push_badge), \
             suspended_at = CASE WHEN NOT ?9 THEN suspended_at \
                 WHEN ?10 IS NULL THEN NULL ELSE COALESCE(suspended_at, ?10) END, \
             max_api_keys = CASE WHEN ?11 THEN ?12 ELSE max_api_keys END, \
             max_requests = CASE WHEN ?13 THEN ?14 ELSE max_requests END, \
             max_sends = CASE WHEN ?15 THEN ?16 ELSE max_sends END, \
             max_streams = CASE WHEN ?17 THEN ?18 ELSE max_streams END, \
             max_types = CASE WHEN ?19 THEN ?20 ELSE max_types END, \
             max_recipients = CASE WHEN ?21 THEN ?22 ELSE max_recipients END, \
             track_opens = COALESCE(?23, track_opens), \
             track_clicks = COALESCE(?24, track_clicks), \
             token_keys = CASE WHEN ?25 THEN ?26 ELSE token_keys END, \
             max_queued = CASE WHEN ?27 THEN ?28 ELSE max_queued END, \
             max_notifications = CASE WHEN ?29 THEN ?30 ELSE max_notifications END \
         WHERE tenant = ?1 AND removing_since IS NULL RETURNING ",
        tenant_columns!(),
    ))
    .bind(id.as_str())
    .bind(ladder.is_some())
    .bind(ladder.and_then(Option::as_ref).map(to_json))
    .bind(schemes.is_some())
    .bind(schemes.and_then(schemes_column))
    .bind(change.locale.is_some())
    .bind(change.locale.as_ref().and_then(Option::as_deref))
    .bind(change.push_badge)
    .bind(change.suspended_at.is_some())
    .bind(change.suspended_at.flatten().map(micros))
    .bind(change.max_api_keys.is_some())
    .bind(change.max_api_keys.flatten())
    .bind(change.max_requests.is_some())
    .bind(change.max_requests.flatten().map(|rate| rate.to_string()))
    .bind(change.max_sends.is_some())
    .bind(change.max_sends.flatten().map(|rate| rate.to_string()))
    .bind(change.max_streams.is_some())
    .bind(change.max_streams.flatten())
    .bind(change.max_types.is_some())
    .bind(change.max_types.flatten())
    .bind(change.max_recipients.is_some())
    .bind(change.max_recipients.flatten())
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
    .bind(change.max_queued.flatten())
    .bind(change.max_notifications.is_some())
    .bind(change.max_notifications.flatten())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

/// Begins to remove a tenant; its secrets cannot be read any more.
pub(crate) async fn begin_removal(
    connection: &mut SqliteConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let done = sqlx::query(
        "UPDATE tenants SET removing_since = COALESCE(removing_since, ?2), \
         suspended_at = COALESCE(suspended_at, ?2) WHERE tenant = ?1",
    )
    .bind(id.as_str())
    .bind(micros(now))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    for keys in [
        "DELETE FROM tenant_keys WHERE tenant = ?",
        "DELETE FROM tenant_former_keys WHERE tenant = ?",
    ] {
        let deleted = sqlx::query(keys)
            .bind(id.as_str())
            .execute(&mut *connection)
            .await;
        deleted.map_err(storage_error)?;
    }
    Ok(done.rows_affected() == 1)
}

/// What waits; each part is counted up to `?2` rows. An entry of `notification_ids` has 16 bytes.
const QUEUED: &str = "
    SELECT (SELECT coalesce(sum(length(notification_ids) / 16), 0)
            FROM (SELECT notification_ids FROM outbox WHERE tenant = ?1 LIMIT ?2))
        + (SELECT coalesce(sum(size), 0) FROM (SELECT size FROM dispatch WHERE tenant = ?1 LIMIT ?2))
        + (SELECT count(*) FROM (SELECT 1 FROM schedule WHERE tenant = ?1 LIMIT ?2))";

/// A part of the count of notifications.
const STORED: &str = "
    WITH step AS MATERIALIZED (SELECT id FROM notifications WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3)
    SELECT count(*) AS counted, max(id) AS last FROM step";

/// Each count ends at `?3`: it would take as long as there are rows.
const USAGE: &str = "
    SELECT (SELECT count(*) FROM api_keys WHERE tenant = ?1 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > ?2)) AS api_keys,
        (SELECT count(*) FROM providers WHERE tenant = ?1) AS providers,
        (SELECT count(*) FROM (SELECT 1 FROM template_types WHERE tenant = ?1 LIMIT ?3)) AS types,
        (SELECT count(*) FROM (SELECT 1 FROM users WHERE tenant = ?1 LIMIT ?3)) AS users,
        (SELECT count(*) FROM (SELECT 1 FROM devices WHERE tenant = ?1 LIMIT ?3)) AS devices,
        (SELECT count(*) FROM (SELECT 1 FROM topics WHERE tenant = ?1 LIMIT ?3)) AS topics,
        (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE tenant = ?1 LIMIT ?3)) AS dead_letters";

/// Tables with rows of tenants, each with its primary key, the pending work first: nothing is made of it any more. A table
/// that a later release adds is among them by itself.
const TABLES: &str = "
    SELECT m.name, (SELECT group_concat(k.name, ', ') FROM pragma_table_info(m.name) k WHERE k.pk > 0)
    FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant'
    WHERE m.type = 'table' AND m.name NOT IN ('tenants', 'audit_heads')
    ORDER BY m.name NOT IN ('outbox', 'schedule', 'fanout_work', 'fanout_recalls', 'dispatch', 'reschedules'), 1";

/// Removes some rows of the first table that has any. The tenant must be in removal.
async fn remove_rows(
    connection: &mut SqliteConnection,
    id: &TenantId,
    limit: u32,
) -> Result<u64, StorageError> {
    let in_removal: Option<bool> =
        sqlx::query_scalar("SELECT removing_since IS NOT NULL FROM tenants WHERE tenant = ?")
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await
            .map_err(storage_error)?;
    if in_removal != Some(true) {
        return Ok(0);
    }
    let tables: Vec<(String, String)> = sqlx::query_as(TABLES)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    for (table, key) in tables {
        let statement = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE tenant = ? LIMIT ?)"
        );
        let done = sqlx::query(&statement)
            .bind(id.as_str())
            .bind(limit)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        if done.rows_affected() > 0 {
            return Ok(done.rows_affected());
        }
    }
    Ok(0)
}

/// A list with commas; none at all for an empty one.
fn schemes_column(schemes: &[LinkScheme]) -> Option<String> {
    let names: Vec<_> = schemes.iter().map(LinkScheme::as_str).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// A tenant, if there is one of the name.
pub(crate) async fn one(
    connection: &mut SqliteConnection,
    id: &TenantId,
) -> Result<Option<Tenant>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        tenant_columns!(),
        " FROM tenants WHERE tenant = ?"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

fn read(row: &SqliteRow) -> Result<Tenant, StorageError> {
    Ok(Tenant {
        id: tenant(row)?,
        created_at: moment(get(row, "created_at")?)?,
        retry_ladder: ladder(get(row, "retry_ladder_ms")?)?,
        retention: days(row)?,
        link_schemes: link_schemes(row)?,
        locale: get(row, "locale")?,
        push_badge: get(row, "push_badge")?,
        suspended_at: get_moment(row, "suspended_at")?,
        removing_since: get_moment(row, "removing_since")?,
        max_api_keys: get(row, "max_api_keys")?,
        limits: TenantLimits {
            requests: rate(row, "max_requests")?,
            sends: rate(row, "max_sends")?,
            streams: get(row, "max_streams")?,
            types: get(row, "max_types")?,
            recipients: get(row, "max_recipients")?,
            queued: get(row, "max_queued")?,
            notifications: get(row, "max_notifications")?,
        },
        track_opens: get(row, "track_opens")?,
        track_clicks: get(row, "track_clicks")?,
        token_keys: get::<Option<String>>(row, "token_keys")?.map(TokenKeys::stored),
    })
}

fn rate(row: &SqliteRow, column: &'static str) -> Result<Option<Rate>, StorageError> {
    let text: Option<&str> = get(row, column)?;
    let rate = text.map(str::parse).transpose();
    rate.map_err(|error: RateParseError| undecodable("tenants", column, error))
}

/// Schemes of links, of which a later release may know more.
fn link_schemes(row: &SqliteRow) -> Result<Vec<LinkScheme>, StorageError> {
    let schemes: Option<&str> = get(row, "link_schemes")?;
    let schemes = schemes.unwrap_or_default().split(',');
    Ok(schemes
        .filter_map(|scheme| LinkScheme::parse(scheme).ok())
        .collect())
}

/// A tenant's own term, if it set one.
pub(crate) fn days(row: &SqliteRow) -> Result<Option<RetentionDays>, StorageError> {
    let Some(days) = get::<Option<u32>>(row, "retention_days")? else {
        return Ok(None);
    };
    let bad = || undecodable("tenants", "retention_days", days);
    RetentionDays::new(days).map(Some).ok_or_else(bad)
}

fn to_json(ladder: &RetryLadder) -> String {
    serde_json::json!(ladder.to_millis()).to_string()
}
