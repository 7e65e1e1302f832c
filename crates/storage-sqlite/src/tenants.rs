//! Tenants.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{LinkScheme, RetentionDays, RetryLadder, Tenant, TenantId};
use campanile_storage::{StorageError, Tenants};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, ladder, micros, moment, tenant};

/// Tenants in one query; SQLite binds 32,766 values at most.
const AT_ONCE: usize = 1_000;

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge"
    };
}

#[async_trait]
impl Tenants for SqliteStorage {
    async fn create_tenant_with(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let (id, steps) = (id.clone(), ladder.map(to_json));
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO tenants (tenant, created_at, retry_ladder_ms) VALUES (?, ?, ?) \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(id.as_str())
                    .bind(micros(now))
                    .bind(steps)
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected() == 1)
                    .map_err(storage_error)
                })
            })
            .await
    }

    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError> {
        let (id, steps) = (id.clone(), ladder.map(to_json));
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET retry_ladder_ms = ? WHERE tenant = ?")
                        .bind(steps)
                        .bind(id.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn set_link_schemes(
        &self,
        id: &TenantId,
        schemes: &[LinkScheme],
    ) -> Result<bool, StorageError> {
        let id = id.clone();
        let schemes: Vec<_> = schemes.iter().map(LinkScheme::as_str).collect();
        let schemes = (!schemes.is_empty()).then(|| schemes.join(","));
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET link_schemes = ? WHERE tenant = ?")
                        .bind(schemes)
                        .bind(id.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn set_locale(&self, id: &TenantId, locale: Option<&str>) -> Result<bool, StorageError> {
        let (id, locale) = (id.clone(), locale.map(str::to_owned));
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET locale = ? WHERE tenant = ?")
                        .bind(locale)
                        .bind(id.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn set_push_badge(&self, id: &TenantId, is_on: bool) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET push_badge = ? WHERE tenant = ?")
                        .bind(is_on)
                        .bind(id.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
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
    })
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
