//! Accounts whose receiver wants no more calls.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{AccountPause, AccountPauses, StorageError};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{channel, get, micros, moment, tenant};

#[async_trait]
impl AccountPauses for SqliteStorage {
    async fn pause_account(&self, pause: &AccountPause) -> Result<(), StorageError> {
        let pause = pause.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO account_pauses (tenant, name, channel, version, code, \
                         paused_at) VALUES (?, ?, ?, ?, ?, ?) \
                         ON CONFLICT (tenant, name, channel) DO UPDATE SET \
                         version = excluded.version, code = excluded.code, \
                         paused_at = excluded.paused_at",
                    )
                    .bind(pause.tenant.as_str())
                    .bind(pause.name)
                    .bind(pause.channel.name())
                    .bind(pause.version)
                    .bind(pause.code)
                    .bind(micros(pause.paused_at))
                    .execute(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(())
                })
            })
            .await
    }

    async fn account_pauses(
        &self,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountPause>, StorageError> {
        let rows = sqlx::query(
            "SELECT * FROM account_pauses WHERE ?1 IS NULL OR tenant = ?1 \
             ORDER BY tenant, name, channel",
        )
        .bind(tenant.map(TenantId::as_str))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<AccountPause, StorageError> {
    Ok(AccountPause {
        tenant: tenant(row)?,
        name: get(row, "name")?,
        channel: channel(get(row, "channel")?)?,
        version: get(row, "version")?,
        code: get(row, "code")?,
        paused_at: moment(get(row, "paused_at")?)?,
    })
}

/// Whether anything was paused under the name.
pub(crate) async fn resume(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    name: &str,
) -> Result<bool, StorageError> {
    let gone = sqlx::query("DELETE FROM account_pauses WHERE tenant = ? AND name = ?")
        .bind(tenant.as_str())
        .bind(name)
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(gone.rows_affected() > 0)
}
