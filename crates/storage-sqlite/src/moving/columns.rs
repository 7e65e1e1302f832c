//! How SQLite has each kind of column.

use campanile_storage::{MovedKind, MovedTable, MovedValue, StorageError, canonical_json};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::undecodable;
use crate::rows::{moment, unpack, unpack_refs};

/// The rows of the tenant that are moved.
pub(super) fn whole(table: &MovedTable) -> String {
    let required = table
        .required
        .map(|column| format!(" AND {column} IS NOT NULL"));
    format!(
        "{} WHERE tenant = ?{}",
        table.name,
        required.unwrap_or_default()
    )
}

/// What is read of all columns, for [`row`].
pub(super) fn read(table: &MovedTable) -> String {
    let all = table.columns.iter();
    let all: Vec<_> = all
        .map(|column| format!("\"{}\"", stored(table, column.name)))
        .collect();
    all.join(", ")
}

/// The column that holds what other back ends have under this name.
fn stored(table: &MovedTable, column: &'static str) -> &'static str {
    match (table.name, column) {
        ("dispatch", "notification_ids" | "delivery_ids") => "refs",
        _ => column,
    }
}

/// All values of a row.
pub(super) fn row(
    table: &'static MovedTable,
    row: &SqliteRow,
) -> Result<Vec<MovedValue>, StorageError> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, column)| {
            let value = match stored(table, column.name) {
                "refs" => refs(column.name, row, at),
                _ => value(column.kind, row, at),
            };
            value.map_err(|detail| undecodable(table.name, column.name, detail))
        })
        .collect()
}

fn refs(column: &str, row: &SqliteRow, at: usize) -> Result<MovedValue, String> {
    let refs: &[u8] = row.try_get(at).map_err(|error| error.to_string())?;
    let refs = unpack_refs(refs).into_iter();
    Ok(MovedValue::Ids(match column {
        "notification_ids" => refs.map(|(notification, _)| notification.0).collect(),
        _ => refs.map(|(_, delivery)| delivery.0).collect(),
    }))
}

fn value(kind: MovedKind, row: &SqliteRow, at: usize) -> Result<MovedValue, String> {
    fn read<'r, T>(
        row: &'r SqliteRow,
        at: usize,
        value: impl Fn(T) -> Result<MovedValue, String>,
    ) -> Result<MovedValue, String>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        let read: Option<T> = row.try_get(at).map_err(|error| error.to_string())?;
        read.map_or(Ok(MovedValue::Null), value)
    }
    let json = |error: serde_json::Error| error.to_string();
    match kind {
        MovedKind::Text | MovedKind::Json => read(row, at, |text| Ok(MovedValue::Text(text))),
        MovedKind::JsonDocument => read(row, at, |text: &str| {
            canonical_json(text).map(MovedValue::Text).map_err(json)
        }),
        MovedKind::Whole => read(row, at, |number| Ok(MovedValue::Whole(number))),
        MovedKind::Flag => read(row, at, |flag| Ok(MovedValue::Flag(flag))),
        MovedKind::Moment => read(row, at, |micros| {
            let moment = moment(micros).map_err(|error| error.to_string());
            moment.map(MovedValue::Moment)
        }),
        MovedKind::Id => read(row, at, |id| Ok(MovedValue::Id(id))),
        MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => {
            read(row, at, |bytes| Ok(MovedValue::Bytes(bytes)))
        }
        MovedKind::Names => read(row, at, |names: &str| {
            let names = names.split(',').filter(|name| !name.is_empty());
            let names: Vec<_> = names.map(str::to_owned).collect();
            Ok(match names.is_empty() {
                true => MovedValue::Null,
                false => MovedValue::Texts(names),
            })
        }),
        MovedKind::Texts => read(row, at, |texts: &str| {
            let texts = serde_json::from_str(texts).map_err(json);
            texts.map(MovedValue::Texts)
        }),
        MovedKind::Numbers => read(row, at, |numbers: &str| {
            let numbers = serde_json::from_str(numbers).map_err(json);
            numbers.map(MovedValue::Numbers)
        }),
        MovedKind::Ids => read(row, at, |ids: &[u8]| {
            Ok(MovedValue::Ids(unpack(ids).collect()))
        }),
    }
}
