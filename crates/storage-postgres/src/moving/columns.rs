//! How Postgres has each kind of column.

use campanile_storage::{
    MovedColumn, MovedKind, MovedTable, MovedValue, StorageError, canonical_json,
};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;

/// The rows of the tenant `$1` that are moved.
pub(super) fn whole(table: &MovedTable) -> String {
    let required = table
        .required
        .map(|column| format!(" AND {column} IS NOT NULL"));
    format!(
        "{} WHERE tenant = $1{}",
        table.name,
        required.unwrap_or_default()
    )
}

/// What is read of all columns, for [`value`].
pub(super) fn read(table: &MovedTable) -> String {
    let all: Vec<_> = table.columns.iter().map(read_one).collect();
    all.join(", ")
}

fn read_one(column: &MovedColumn) -> String {
    let name = column.name;
    match column.kind {
        MovedKind::Whole => format!("\"{name}\"::bigint"),
        MovedKind::Json | MovedKind::JsonDocument => format!("\"{name}\"::text"),
        _ => format!("\"{name}\""),
    }
}

/// The type of the column, if a parameter of another is to become it.
pub(super) const fn cast(kind: MovedKind) -> &'static str {
    match kind {
        MovedKind::Json => "::json",
        MovedKind::JsonDocument => "::jsonb",
        MovedKind::Names | MovedKind::Texts => "::text[]",
        MovedKind::Numbers => "::bigint[]",
        MovedKind::Ids => "::uuid[]",
        _ => "",
    }
}

/// The type of the elements of the parameter that has a column's values of many rows.
pub(super) const fn parameter(kind: MovedKind) -> &'static str {
    match kind {
        MovedKind::Whole => "bigint",
        MovedKind::Flag => "boolean",
        MovedKind::Moment => "timestamptz",
        MovedKind::Id => "uuid",
        MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => "bytea",
        _ => "text",
    }
}

/// All values of a row.
pub(super) fn row(table: &'static MovedTable, row: &PgRow) -> Result<Vec<MovedValue>, Fault> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, column)| {
            value(column.kind, row, at).map_err(|detail| {
                Fault::Final(StorageError::Undecodable {
                    table: table.name,
                    column: column.name,
                    detail,
                })
            })
        })
        .collect()
}

fn value(kind: MovedKind, row: &PgRow, at: usize) -> Result<MovedValue, String> {
    fn read<'r, T>(
        row: &'r PgRow,
        at: usize,
        value: impl Fn(T) -> MovedValue,
    ) -> Result<MovedValue, String>
    where
        T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let read: Option<T> = row.try_get(at).map_err(|error| error.to_string())?;
        Ok(read.map_or(MovedValue::Null, value))
    }
    match kind {
        MovedKind::Text | MovedKind::Json => read(row, at, MovedValue::Text),
        MovedKind::JsonDocument => match read(row, at, MovedValue::Text)? {
            MovedValue::Text(text) => canonical_json(&text)
                .map(MovedValue::Text)
                .map_err(|error| error.to_string()),
            other => Ok(other),
        },
        MovedKind::Whole => read(row, at, MovedValue::Whole),
        MovedKind::Flag => read(row, at, MovedValue::Flag),
        MovedKind::Moment => read(row, at, MovedValue::Moment),
        MovedKind::Id => read(row, at, MovedValue::Id),
        MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => {
            read(row, at, MovedValue::Bytes)
        }
        MovedKind::Names => read(row, at, |names: Vec<String>| match names.is_empty() {
            true => MovedValue::Null,
            false => MovedValue::Texts(names),
        }),
        MovedKind::Texts => read(row, at, MovedValue::Texts),
        MovedKind::Numbers => read(row, at, MovedValue::Numbers),
        MovedKind::Ids => read(row, at, MovedValue::Ids),
    }
}

/// A value as the text of a parameter: the text itself, or an array as Postgres writes it.
pub(super) fn text(value: &MovedValue) -> Option<String> {
    match value {
        MovedValue::Text(text) => Some(text.clone()),
        MovedValue::Texts(texts) => Some(array(texts.iter().map(|text| quoted(text)))),
        MovedValue::Numbers(numbers) => Some(array(numbers.iter().map(i64::to_string))),
        MovedValue::Ids(ids) => Some(array(ids.iter().map(Uuid::to_string))),
        _ => None,
    }
}

fn array(elements: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", elements.collect::<Vec<_>>().join(","))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_as_postgres_reads_them() {
        let texts = MovedValue::Texts(vec!["a,b".into(), "\"\\".into(), String::new()]);
        assert_eq!(text(&texts).as_deref(), Some(r#"{"a,b","\"\\",""}"#));
        assert_eq!(text(&MovedValue::Ids(vec![])).as_deref(), Some("{}"));
    }
}
