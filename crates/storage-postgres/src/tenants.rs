//! Tenants: looked up by anybody who asks for one by name, changed and listed by the owner.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{LinkScheme, RetentionDays, RetryLadder, Tenant, TenantId};
use campanile_storage::{StorageError, Tenants};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, scope, transact};
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge"
    };
}

#[async_trait]
impl Tenants for PostgresStorage {
    async fn create_tenant_with(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let steps = ladder.map(RetryLadder::to_millis);
        let created = transact!(
            &self.pools.owner,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let done = sqlx::query(
                    "INSERT INTO tenants (tenant, created_at, retry_ladder_ms) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
                )
                .bind(id.as_str())
                .bind(now)
                .bind(&steps)
                .execute(connection)
                .await?;
                Ok(done.rows_affected() == 1)
            }
        );
        Ok(created?)
    }

    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError> {
        let steps = ladder.map(RetryLadder::to_millis);
        let set = transact!(
            &self.pools.owner,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let done = sqlx::query("UPDATE tenants SET retry_ladder_ms = $2 WHERE tenant = $1")
                    .bind(id.as_str())
                    .bind(&steps)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            }
        );
        Ok(set?)
    }

    async fn set_link_schemes(
        &self,
        id: &TenantId,
        schemes: &[LinkScheme],
    ) -> Result<bool, StorageError> {
        let schemes: Vec<_> = schemes.iter().map(LinkScheme::as_str).collect();
        let set = transact!(
            &self.pools.owner,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let done = sqlx::query("UPDATE tenants SET link_schemes = $2 WHERE tenant = $1")
                    .bind(id.as_str())
                    .bind(&schemes)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            }
        );
        Ok(set?)
    }

    async fn set_locale(&self, id: &TenantId, locale: Option<&str>) -> Result<bool, StorageError> {
        let set = transact!(
            &self.pools.owner,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let done = sqlx::query("UPDATE tenants SET locale = $2 WHERE tenant = $1")
                    .bind(id.as_str())
                    .bind(locale)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            }
        );
        Ok(set?)
    }

    async fn set_push_badge(&self, id: &TenantId, is_on: bool) -> Result<bool, StorageError> {
        let set = transact!(
            &self.pools.owner,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let done = sqlx::query("UPDATE tenants SET push_badge = $2 WHERE tenant = $1")
                    .bind(id.as_str())
                    .bind(is_on)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            }
        );
        Ok(set?)
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
        let all = transact!(
            &self.pools.owner,
            Kind::Read,
            &Scope::none(),
            |connection| {
                let rows = sqlx::query(concat!(
                    "SELECT ",
                    tenant_columns!(),
                    " FROM tenants ORDER BY tenant COLLATE \"C\""
                ))
                .fetch_all(connection)
                .await?;
                rows.iter().map(read).collect()
            }
        );
        Ok(all?)
    }
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
    })
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
