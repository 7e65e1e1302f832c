//! Writing a batch, and comparing what is stored then.

use campanile_domain::TenantId;
use campanile_storage::{
    MovedBatch, MovedKind, MovedRow, MovedTable, MovedValue, StorageError, TABLES,
};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, SqliteConnection};
use uuid::Uuid;

use super::columns;
use crate::error::{storage_error, undecodable};
use crate::rows::{micros, pack};

/// Values of one statement: SQLite takes 32,766 parameters at most, and a longer statement saves nothing.
const PARAMETERS: usize = 2_000;

/// Removes what the target may have of the tenant; all that an unfinished import of another file has stored.
pub(super) async fn make_room(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    file: Uuid,
) -> Result<(), StorageError> {
    let is_given_up: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM tenant_imports WHERE tenant = ? AND finished_at IS NULL AND file <> ?)",
    )
    .bind(tenant.as_str())
    .bind(file)
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    for table in TABLES.iter().filter(|table| table.replaces || is_given_up) {
        sqlx::query(&format!("DELETE FROM {} WHERE tenant = ?", table.name))
            .bind(tenant.as_str())
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

pub(super) async fn batch(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: &MovedBatch,
) -> Result<(), StorageError> {
    let table = batch.table;
    let mut stored = Vec::with_capacity(batch.rows.len());
    let names = names(table);
    for rows in batch.rows.chunks((PARAMETERS / names.len()).max(1)) {
        let statement = insert(table, &names, rows.len());
        let mut arguments = SqliteArguments::default();
        for row in rows {
            add(&mut arguments, tenant, table, row)
                .map_err(|detail| undecodable(table.name, "row", detail))?;
        }
        let inserted = sqlx::query_with(&statement, arguments)
            .fetch_all(&mut *connection)
            .await
            .map_err(storage_error)?;
        for row in &inserted {
            stored.push(columns::row(table, row)?);
        }
    }
    if !batch.has_rows(stored) {
        let why = format!("{} has stored other values than were written", table.name);
        return Err(StorageError::Refused(why));
    }
    Ok(())
}

/// The columns as they are stored: the pairs of a dispatch are in one.
fn names(table: &MovedTable) -> Vec<&'static str> {
    let own = table.columns.iter().map(|column| column.name);
    let own = own.filter(|name| *name != "delivery_ids");
    let own = own.map(|name| match (table.name, name) {
        ("dispatch", "notification_ids") => "refs",
        _ => name,
    });
    std::iter::once("tenant").chain(own).collect()
}

fn insert(table: &MovedTable, names: &[&str], rows: usize) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let one = format!("({})", vec!["?"; names.len()].join(", "));
    format!(
        "INSERT INTO {} ({}) VALUES {} RETURNING {}",
        table.name,
        quoted.join(", "),
        vec![one.as_str(); rows].join(", "),
        columns::read(table),
    )
}

fn add(
    arguments: &mut SqliteArguments<'_>,
    tenant: &TenantId,
    table: &MovedTable,
    row: &MovedRow,
) -> Result<(), sqlx::error::BoxDynError> {
    arguments.add(tenant.as_str().to_owned())?;
    for (at, column) in table.columns.iter().enumerate() {
        match (table.name, column.name) {
            ("dispatch", "notification_ids") => arguments.add(refs(table, row))?,
            ("dispatch", "delivery_ids") => {}
            _ => add_one(arguments, column.kind, &row[at])?,
        }
    }
    Ok(())
}

/// Pairs of notification and delivery.
fn refs(table: &MovedTable, row: &MovedRow) -> Vec<u8> {
    let ids = |name: &str| -> &[Uuid] {
        match table.column(name).map(|at| &row[at]) {
            Some(MovedValue::Ids(ids)) => ids,
            _ => &[],
        }
    };
    let pairs = ids("notification_ids").iter().zip(ids("delivery_ids"));
    pack(pairs.flat_map(|(notification, delivery)| [*notification, *delivery]))
}

fn add_one(
    arguments: &mut SqliteArguments<'_>,
    kind: MovedKind,
    value: &MovedValue,
) -> Result<(), sqlx::error::BoxDynError> {
    match value {
        MovedValue::Null => arguments.add(None::<i64>),
        MovedValue::Text(text) => arguments.add(text.clone()),
        MovedValue::Whole(number) => arguments.add(*number),
        MovedValue::Flag(flag) => arguments.add(*flag),
        MovedValue::Moment(at) => arguments.add(micros(*at)),
        MovedValue::Id(id) => arguments.add(*id),
        MovedValue::Bytes(bytes) => arguments.add(bytes.clone()),
        MovedValue::Texts(names) if kind == MovedKind::Names => arguments.add(names.join(",")),
        MovedValue::Texts(texts) => arguments.add(serde_json::to_string(texts)?),
        MovedValue::Numbers(numbers) => arguments.add(serde_json::to_string(numbers)?),
        MovedValue::Ids(ids) => arguments.add(pack(ids.iter().copied())),
    }
}
