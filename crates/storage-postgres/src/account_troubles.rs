//! What workers say of accounts that they cannot use just now.

use async_trait::async_trait;
use campanile_domain::{TenantId, WorkerId};
use campanile_storage::{AccountTrouble, AccountTroubles, MOST_TROUBLES, StorageError};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::rows::Reader;

#[async_trait]
impl AccountTroubles for PostgresStorage {
    async fn tell_troubles(
        &self,
        worker: WorkerId,
        troubles: &[AccountTrouble],
    ) -> Result<(), StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let reported = &troubles[..troubles.len().min(MOST_TROUBLES)];
        let done = transact!(pool, Kind::Write, &scope, |connection| {
            let before = sqlx::query("DELETE FROM account_troubles WHERE worker = $1");
            before.bind(worker.0).execute(&mut *connection).await?;
            sqlx::query(
                "INSERT INTO account_troubles (tenant, channel, name, worker, misconfigured,
                     probing, detail, since, breaker_open)
                 SELECT x.tenant, x.channel, x.name, $1, x.misconfigured, x.probing, x.detail,
                     x.since, x.breaker_open
                 FROM UNNEST($2::text[], $3::text[], $4::text[], $5::boolean[], $6::boolean[],
                     $7::text[], $8::timestamptz[], $9::boolean[])
                     AS x (tenant, channel, name, misconfigured, probing, detail, since,
                         breaker_open)
                 ON CONFLICT DO NOTHING",
            )
            .bind(worker.0)
            .bind(column(reported, |one| one.tenant.as_str()))
            .bind(column(reported, |one| one.channel.name()))
            .bind(column(reported, |one| one.name.as_str()))
            .bind(column(reported, |one| one.misconfigured))
            .bind(column(reported, |one| one.probing))
            .bind(column(reported, |one| one.detail.as_str()))
            .bind(column(reported, |one| one.since))
            .bind(column(reported, |one| one.breaker_open))
            .execute(connection)
            .await?;
            Ok(())
        });
        Ok(done?)
    }

    async fn troubles(
        &self,
        tenant: Option<&TenantId>,
        alive_since: DateTime<Utc>,
    ) -> Result<Vec<AccountTrouble>, StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let found = transact!(pool, Kind::Read, &scope, |connection| {
            let rows = sqlx::query(
                "SELECT t.tenant, t.channel, t.name, t.misconfigured, t.probing, t.detail, t.since,
                     t.breaker_open
                 FROM account_troubles t JOIN workers w ON w.id = t.worker
                 WHERE w.heartbeat_at >= $1 AND ($2::text IS NULL OR t.tenant = $2)
                 ORDER BY t.tenant, t.channel, t.name, t.since LIMIT $3",
            )
            .bind(alive_since)
            .bind(tenant.map(TenantId::as_str))
            .bind(i64::try_from(MOST_TROUBLES).unwrap_or(i64::MAX))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        Ok(found?)
    }
}

fn column<'a, T>(all: &'a [AccountTrouble], of: impl Fn(&'a AccountTrouble) -> T) -> Vec<T> {
    all.iter().map(of).collect()
}

fn read(row: &PgRow) -> Result<AccountTrouble, Fault> {
    let mut reader = Reader::new(row, "account_troubles");
    Ok(AccountTrouble {
        tenant: reader.tenant()?,
        channel: reader.channel()?,
        name: reader.next("name")?,
        misconfigured: reader.next("misconfigured")?,
        probing: reader.next("probing")?,
        detail: reader.next("detail")?,
        since: reader.next("since")?,
        breaker_open: reader.next("breaker_open")?,
    })
}
