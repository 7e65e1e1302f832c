//! What workers say of accounts that they cannot use just now.

use async_trait::async_trait;
use campanile_domain::{TenantId, WorkerId};
use campanile_storage::{AccountTrouble, AccountTroubles, MOST_TROUBLES, StorageError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{channel, get, micros, moment, tenant};

#[async_trait]
impl AccountTroubles for SqliteStorage {
    async fn tell_troubles(
        &self,
        worker: WorkerId,
        troubles: &[AccountTrouble],
    ) -> Result<(), StorageError> {
        let troubles = troubles[..troubles.len().min(MOST_TROUBLES)].to_vec();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM account_troubles WHERE worker = ?")
                        .bind(worker.0)
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    for one in troubles {
                        sqlx::query(
                            "INSERT INTO account_troubles (tenant, channel, name, worker, \
                             misconfigured, probing, detail, since, breaker_open) \
                             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        )
                        .bind(one.tenant.as_str())
                        .bind(one.channel.name())
                        .bind(&one.name)
                        .bind(worker.0)
                        .bind(one.misconfigured)
                        .bind(one.probing)
                        .bind(&one.detail)
                        .bind(micros(one.since))
                        .bind(one.breaker_open)
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn troubles(
        &self,
        tenant: Option<&TenantId>,
        alive_since: DateTime<Utc>,
    ) -> Result<Vec<AccountTrouble>, StorageError> {
        let rows = sqlx::query(
            "SELECT t.* FROM account_troubles t JOIN workers w ON w.id = t.worker \
             WHERE w.heartbeat_at >= ?1 AND (?2 IS NULL OR t.tenant = ?2) \
             ORDER BY t.tenant, t.channel, t.name, t.since LIMIT ?3",
        )
        .bind(micros(alive_since))
        .bind(tenant.map(TenantId::as_str))
        .bind(i64::try_from(MOST_TROUBLES).unwrap_or(i64::MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<AccountTrouble, StorageError> {
    Ok(AccountTrouble {
        tenant: tenant(row)?,
        channel: channel(get(row, "channel")?)?,
        name: get(row, "name")?,
        misconfigured: get(row, "misconfigured")?,
        probing: get(row, "probing")?,
        detail: get(row, "detail")?,
        since: moment(get(row, "since")?)?,
        breaker_open: get(row, "breaker_open")?,
    })
}
