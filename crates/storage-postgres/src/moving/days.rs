//! The days of which there are rows: each needs its partitions, also if it is long over.

use std::collections::BTreeSet;

use campanile_storage::{MovedBatch, MovedValue, StorageError};
use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use crate::connection::{Kind, Scope, transact};
use crate::pool::Pool;

/// Makes the partitions that the rows of a batch need.
pub(super) async fn make(pool: &Pool, batch: &MovedBatch) -> Result<(), StorageError> {
    let days: Vec<NaiveDate> = days(batch).into_iter().collect();
    if days.is_empty() {
        return Ok(());
    }
    let made = transact!(pool, Kind::Write, &Scope::none(), |connection| {
        sqlx::query(
            "SELECT campanile_make_partitions(d.day, 1) FROM UNNEST($1::date[]) AS d (day)
             WHERE to_regclass('public.notifications_' || to_char(d.day, 'YYYYMMDD')) IS NULL",
        )
        .bind(&days)
        .execute(connection)
        .await?;
        Ok(())
    });
    Ok(made?)
}

fn days(batch: &MovedBatch) -> BTreeSet<NaiveDate> {
    let id = match batch.table.name {
        "notifications" => "id",
        "deliveries" => "notification_id",
        _ => return BTreeSet::new(),
    };
    let Some(at) = batch.table.column(id) else {
        return BTreeSet::new();
    };
    let days = batch.rows.iter().filter_map(|row| match &row[at] {
        MovedValue::Id(id) => day(id),
        _ => None,
    });
    days.collect()
}

/// The first 48 bits of a UUIDv7 are its milliseconds.
fn day(id: &Uuid) -> Option<NaiveDate> {
    let ms = i64::try_from(id.as_u128() >> 80).ok()?;
    DateTime::from_timestamp_millis(ms).map(|at| at.date_naive())
}
