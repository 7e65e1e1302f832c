//! Dropping days, and removing rows of tenants with a shorter term.

mod remove;

use async_trait::async_trait;
use campanile_domain::{NotificationId, RetentionDays, TenantId};
use campanile_storage::{DropDay, Retention, StorageError};
use chrono::{Days, NaiveDate};
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::rows::Reader;
use crate::tenants::days;

/// Pending work names old notifications nowhere in an index: the small tables are read whole.
const READ_WHOLE: &str = "SET LOCAL enable_seqscan = on";

#[async_trait]
impl Retention for PostgresStorage {
    async fn retention_terms(
        &self,
    ) -> Result<Vec<(TenantId, Option<RetentionDays>)>, StorageError> {
        let pool = &self.pools.worker;
        let terms = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(
                "SELECT tenant, retention_days FROM tenants ORDER BY tenant COLLATE \"C\"",
            )
            .fetch_all(connection)
            .await?;
            let read = |row| {
                let mut reader = Reader::new(row, "tenants");
                Ok((reader.tenant()?, days(&mut reader)?))
            };
            rows.iter().map(read).collect::<Result<Vec<_>, Fault>>()
        });
        Ok(terms?)
    }

    fn drops_days(&self) -> bool {
        true
    }

    async fn days_before(&self, day: NaiveDate) -> Result<Vec<NaiveDate>, StorageError> {
        let pool = &self.pools.worker;
        let names = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let names: Vec<String> = sqlx::query_scalar(
                "SELECT DISTINCT right(c.relname, 8) FROM pg_inherits i
                 JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent IN ('notifications'::regclass, 'deliveries'::regclass)
                     AND right(c.relname, 8) < to_char($1, 'YYYYMMDD')
                 ORDER BY 1",
            )
            .bind(day)
            .fetch_all(connection)
            .await?;
            Ok(names)
        });
        // A partition that an operator named otherwise is theirs to drop.
        let day = |name: &String| NaiveDate::parse_from_str(name, "%Y%m%d").ok();
        Ok(names?.iter().filter_map(day).collect())
    }

    async fn day_is_pending(&self, day: NaiveDate) -> Result<bool, StorageError> {
        let (opens, closes) = ids_of(day);
        let pool = &self.pools.worker;
        let pending = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            connection.execute(READ_WHOLE).await?;
            let pending = sqlx::query_scalar(
                "SELECT EXISTS (SELECT FROM schedule s
                     WHERE s.notification_id >= $1 AND s.notification_id < $2)
                 OR EXISTS (SELECT FROM outbox o CROSS JOIN UNNEST(o.notification_ids) AS x
                     WHERE x >= $1 AND x < $2)
                 OR EXISTS (SELECT FROM dispatch d CROSS JOIN UNNEST(d.notification_ids) AS x
                     WHERE x >= $1 AND x < $2)",
            )
            .bind(opens)
            .bind(closes)
            .fetch_one(connection)
            .await?;
            Ok(pending)
        });
        Ok(pending?)
    }

    async fn drop_day(
        &self,
        day: NaiveDate,
        default: RetentionDays,
    ) -> Result<Option<DropDay>, StorageError> {
        let default = i32::try_from(default.get()).unwrap_or(i32::MAX);
        let pool = &self.pools.worker;
        let answer = transact!(pool, Kind::Write, &Scope::none(), |connection| {
            connection.execute(READ_WHOLE).await?;
            let answer: String = sqlx::query_scalar("SELECT campanile_drop_day($1, $2)")
                .bind(day)
                .bind(default)
                .fetch_one(connection)
                .await?;
            Ok(answer)
        });
        match answer?.as_str() {
            "dropped" => Ok(Some(DropDay::Dropped)),
            "pending" => Ok(Some(DropDay::Pending)),
            "in_use" => Ok(Some(DropDay::InUse)),
            "others" => Ok(None),
            other => Err(StorageError::Undecodable {
                table: "campanile_drop_day",
                column: "answer",
                detail: other.to_owned(),
            }),
        }
    }

    async fn count_before(
        &self,
        tenant: &TenantId,
        before: NotificationId,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let found = sqlx::query_scalar(
                "SELECT count(*) FROM notifications n WHERE n.tenant = $1 AND n.id < $2",
            )
            .bind(tenant.as_str())
            .bind(before.0)
            .fetch_one(connection)
            .await?;
            Ok(count(found))
        });
        Ok(found?)
    }
}

/// The first id of a day, and the first of the next.
fn ids_of(day: NaiveDate) -> (Uuid, Uuid) {
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    let floor = |day| NotificationId::floor(midnight(day)).0;
    (floor(day), floor(next))
}

/// `false`: there is no such tenant.
pub(crate) async fn set_days(
    connection: &mut PgConnection,
    tenant: &TenantId,
    days: Option<RetentionDays>,
) -> Result<bool, Fault> {
    let days = days.map(|days| i32::try_from(days.get()).unwrap_or(i32::MAX));
    let done = sqlx::query("UPDATE tenants SET retention_days = $2 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(days)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
