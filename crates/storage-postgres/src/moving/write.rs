//! Writing a batch, and comparing what is stored then.

use campanile_domain::TenantId;
use campanile_storage::{MovedBatch, MovedKind, MovedTable, MovedValue, StorageError, TABLES};
use sqlx::PgConnection;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use uuid::Uuid;

use super::{LONG, columns};
use crate::error::Fault;

type Statement<'q> = Query<'q, sqlx::Postgres, PgArguments>;

/// Removes what the target may have of the tenant; all that an unfinished import of another file has stored.
pub(super) async fn make_room(
    connection: &mut PgConnection,
    tenant: &TenantId,
    file: Uuid,
) -> Result<(), Fault> {
    let is_given_up: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM tenant_imports WHERE tenant = $1 AND finished_at IS NULL AND file <> $2)",
    )
    .bind(tenant.as_str())
    .bind(file)
    .fetch_one(&mut *connection)
    .await?;
    if is_given_up {
        sqlx::query(LONG).execute(&mut *connection).await?;
    }
    for table in TABLES.iter().filter(|table| table.replaces || is_given_up) {
        sqlx::query(&format!("DELETE FROM {} WHERE tenant = $1", table.name))
            .bind(tenant.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn batch(
    connection: &mut PgConnection,
    tenant: &TenantId,
    batch: &MovedBatch,
) -> Result<(), Fault> {
    let table = batch.table;
    let statement = insert(table);
    let mut query = sqlx::query(&statement).bind(tenant.as_str());
    for (at, column) in table.columns.iter().enumerate() {
        let values = batch.rows.iter().map(|row| &row[at]);
        query = bind(query, column.kind, values);
    }
    let stored = query.fetch_all(connection).await?;
    let stored = stored.iter().map(|row| columns::row(table, row));
    let stored = stored.collect::<Result<Vec<_>, _>>()?;
    if !batch.has_rows(stored) {
        let why = format!("{} has stored other values than were written", table.name);
        return Err(StorageError::Refused(why).into());
    }
    Ok(())
}

fn insert(table: &MovedTable) -> String {
    let list = |each: &dyn Fn(&str, MovedKind) -> String| {
        let all = table.columns.iter();
        let all: Vec<_> = all.map(|column| each(column.name, column.kind)).collect();
        all.join(", ")
    };
    let names = list(&|name, _| format!("\"{name}\""));
    let values = list(&|name, kind| format!("u.\"{name}\"{}", columns::cast(kind)));
    let mut at = 1;
    let parameters = table.columns.iter().map(|column| {
        at += 1;
        format!("${at}::{}[]", columns::parameter(column.kind))
    });
    let parameters: Vec<_> = parameters.collect();
    // Only here is the user in each row of a delivery too.
    let (more, its) = match table.name {
        "deliveries" => (
            ", user_id",
            ", (SELECT n.user_id FROM notifications n WHERE n.tenant = $1 AND n.id = u.notification_id)",
        ),
        _ => ("", ""),
    };
    format!(
        "INSERT INTO {} (tenant, {names}{more}) SELECT $1, {values}{its} FROM UNNEST({}) AS u ({names}) RETURNING {}",
        table.name,
        parameters.join(", "),
        columns::read(table),
    )
}

/// The values of a column, as one array.
fn bind<'q, 'v>(
    query: Statement<'q>,
    kind: MovedKind,
    values: impl Iterator<Item = &'v MovedValue>,
) -> Statement<'q> {
    macro_rules! of {
        ($variant:ident) => {
            query.bind(
                values
                    .map(|value| match value {
                        MovedValue::$variant(value) => Some(value.clone()),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            )
        };
    }
    match kind {
        MovedKind::Whole => of!(Whole),
        MovedKind::Flag => of!(Flag),
        MovedKind::Moment => of!(Moment),
        MovedKind::Id => of!(Id),
        MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => of!(Bytes),
        _ => query.bind(values.map(columns::text).collect::<Vec<_>>()),
    }
}
