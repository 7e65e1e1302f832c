//! Accounts whose receiver wants no more calls.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{AccountPause, AccountPauses, StorageError};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::rows::Reader;

#[async_trait]
impl AccountPauses for PostgresStorage {
    async fn pause_account(&self, pause: &AccountPause) -> Result<(), StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let done = transact!(pool, Kind::Write, &scope, |connection| {
            sqlx::query(
                "INSERT INTO account_pauses (tenant, name, channel, version, code, paused_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant, name, channel) DO UPDATE SET version = excluded.version,
                     code = excluded.code, paused_at = excluded.paused_at",
            )
            .bind(pause.tenant.as_str())
            .bind(&pause.name)
            .bind(pause.channel.name())
            .bind(&pause.version)
            .bind(&pause.code)
            .bind(pause.paused_at)
            .execute(connection)
            .await?;
            Ok(())
        });
        Ok(done?)
    }

    async fn account_pauses(
        &self,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountPause>, StorageError> {
        let (pool, scope) = match tenant {
            Some(tenant) => (&self.pools.app, Scope::one(tenant)),
            None => (&self.pools.worker, Scope::none()),
        };
        let found = transact!(pool, Kind::Read, &scope, |connection| {
            let rows = sqlx::query(
                "SELECT tenant, name, channel, version, code, paused_at FROM account_pauses
                 WHERE $1::text IS NULL OR tenant = $1 ORDER BY tenant, name, channel",
            )
            .bind(tenant.map(TenantId::as_str))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        Ok(found?)
    }
}

fn read(row: &PgRow) -> Result<AccountPause, Fault> {
    let mut reader = Reader::new(row, "account_pauses");
    Ok(AccountPause {
        tenant: reader.tenant()?,
        name: reader.next("name")?,
        channel: reader.channel()?,
        version: reader.next("version")?,
        code: reader.next("code")?,
        paused_at: reader.next("paused_at")?,
    })
}

/// Whether anything was paused under the name.
pub(crate) async fn resume(
    connection: &mut PgConnection,
    tenant: &TenantId,
    name: &str,
) -> Result<bool, Fault> {
    let gone = sqlx::query("DELETE FROM account_pauses WHERE tenant = $1 AND name = $2");
    let gone = gone.bind(tenant.as_str()).bind(name);
    Ok(gone.execute(connection).await?.rows_affected() > 0)
}
