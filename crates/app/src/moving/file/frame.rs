//! What a frame says.

use campanile_storage::{MovedBatch, MovedRow, MovedTable, MovedValue, TABLES};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::{MoveError, RowSum, TableTotal};

/// The last frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Totals {
    /// Of each table with rows.
    pub(in super::super) totals: Vec<TableTotal>,
    /// The SHA-256 of the head and of all frames before, in clear.
    pub(in super::super) sha256: String,
}

/// A frame that was read.
pub(in super::super) enum Frame {
    /// Rows of a table, and their sum added to the given one.
    Rows(MovedBatch),
    /// The end.
    Totals(Totals),
}

#[derive(Serialize)]
struct Written<'a> {
    table: &'a str,
    rows: &'a [Box<RawValue>],
}

#[derive(Deserialize)]
struct Read<'a> {
    table: String,
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
}

/// A frame of rows; adds them to the sum of their table.
pub(in super::super) fn rows_frame(batch: &MovedBatch, sum: &mut RowSum) -> Vec<u8> {
    let rows = batch.rows.iter().map(|row| {
        let text = serde_json::value::to_raw_value(row).expect("values can be written");
        sum.add(text.get().as_bytes());
        text
    });
    let rows: Vec<_> = rows.collect();
    let written = Written {
        table: batch.table.name,
        rows: &rows,
    };
    serde_json::to_vec(&written).expect("values can be written")
}

impl Frame {
    /// Reads a frame; `sum` is called with each row as it was written.
    pub(in super::super) fn read(
        text: &[u8],
        is_last: bool,
        mut sum: impl FnMut(&'static MovedTable, &[u8]),
    ) -> Result<Self, MoveError> {
        let bad = |why: String| MoveError::BadFile(why);
        if is_last {
            let totals = serde_json::from_slice(text);
            let totals = totals.map_err(|error| bad(format!("its last frame: {error}")))?;
            return Ok(Self::Totals(totals));
        }
        let read: Read<'_> =
            serde_json::from_slice(text).map_err(|error| bad(format!("a frame: {error}")))?;
        let table = TABLES.iter().find(|table| table.name == read.table);
        let table = table.ok_or_else(|| bad(format!("it has a table {}", read.table)))?;
        let mut rows = Vec::with_capacity(read.rows.len());
        for row in read.rows {
            let text = row.get();
            sum(table, text.as_bytes());
            let row = self::row(table, text);
            rows.push(row.ok_or_else(|| bad(format!("a row of {}", table.name)))?);
        }
        Ok(Self::Rows(MovedBatch { table, rows }))
    }
}

fn row(table: &MovedTable, text: &str) -> Option<MovedRow> {
    let values: Vec<Value> = serde_json::from_str(text).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let values = table.columns.iter().zip(values);
    let row = values.map(|(column, value)| MovedValue::read(column.kind, value));
    row.collect::<Result<_, _>>().ok()
}
