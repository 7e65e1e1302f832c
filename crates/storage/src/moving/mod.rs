//! A tenant's rows in a form that no back end has of its own, to move it from one database to another (ADR 90).
//!
//! [`TABLES`] lists every table with rows of tenants, with its columns and their kinds; a back end reads and writes those and
//! knows how it stores each kind. Tests of both back ends compare the list with the schema, so that a table or a column that
//! is added later is not forgotten.

mod kind;
mod table;
mod tables;
mod value;

use async_trait::async_trait;
use campanile_domain::TenantId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use kind::MovedKind;
pub use table::{LEFT_OUT, MovedColumn, MovedTable, NOT_MOVED};
pub use tables::TABLES;
pub use value::{MovedValue, UnreadableValue, canonical_json};

use crate::StorageError;

/// One row of a table: a value for each column of [`MovedTable::columns`], in that order. The tenant is not among them.
pub type MovedRow = Vec<MovedValue>;

/// Rows in one batch at most.
pub const MOVED_ROWS: usize = 500;
/// Bytes after which a batch ends; the row that crosses the line is still in it.
pub const MOVED_BYTES: usize = 512 * 1024;

/// Rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedBatch {
    /// The table.
    pub table: &'static MovedTable,
    /// Its rows.
    pub rows: Vec<MovedRow>,
}

impl MovedBatch {
    /// Whether these are the same rows, in any order.
    pub fn has_rows(&self, mut others: Vec<MovedRow>) -> bool {
        let mut own: Vec<&MovedRow> = self.rows.iter().collect();
        own.sort_unstable();
        others.sort_unstable();
        own.len() == others.len() && own.iter().zip(&others).all(|(one, other)| *one == other)
    }
}

/// Rows until they make a batch.
#[derive(Debug, Default)]
pub struct Gathering {
    rows: Vec<MovedRow>,
    bytes: usize,
}

impl Gathering {
    /// Adds a row; gives all of them when they are enough.
    pub fn add(&mut self, row: MovedRow) -> Option<Vec<MovedRow>> {
        self.bytes += row.iter().map(MovedValue::bytes).sum::<usize>();
        self.rows.push(row);
        let enough = self.rows.len() >= MOVED_ROWS || self.bytes >= MOVED_BYTES;
        enough.then(|| self.rest())
    }

    /// What is left.
    pub fn rest(&mut self) -> Vec<MovedRow> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}

/// Why an import does not go on when another file has begun.
pub const REPLACED: &str = "another file is imported into the tenant meanwhile";

/// How far the import of a tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantImport {
    /// The file.
    pub file: Uuid,
    /// How many of its frames are stored.
    pub frames: u64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was complete.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Takes what [`Moving::read_moved`] reads.
#[async_trait]
pub trait TakeMoved: Send {
    /// Takes some rows. The reader waits meanwhile.
    ///
    /// # Errors
    /// Ends the reading.
    async fn take(&mut self, batch: MovedBatch) -> Result<(), StorageError>;
}

/// Reads and writes all rows of a tenant.
#[async_trait]
pub trait Moving: Send + Sync {
    /// Whether other processes may work on this database at the same time.
    fn is_shared(&self) -> bool;

    /// How many rows a tenant has in each of [`TABLES`].
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_moved(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(&'static MovedTable, u64)>, StorageError>;

    /// Reads all rows of a tenant as they are at one moment, table by table in the order of [`TABLES`].
    ///
    /// # Errors
    /// [`StorageError`], or what `taker` gave.
    async fn read_moved(
        &self,
        tenant: &TenantId,
        taker: &mut dyn TakeMoved,
    ) -> Result<(), StorageError>;

    /// How far the import of a tenant into this database is, if there was one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn import_of(&self, tenant: &TenantId) -> Result<Option<TenantImport>, StorageError>;

    /// Stores rows of a tenant and how far the import is then, in one transaction. The first frame replaces what the target
    /// has in tables where that is allowed ([`MovedTable::replaces`]), and all that an unfinished import of another file has
    /// stored. Before the commit it compares what the database has stored with the batch.
    ///
    /// # Errors
    /// [`StorageError::Refused`] if the database refuses a row (such as one that is there already) or has stored another, or
    /// if another file has taken the place of this one;
    /// nothing is stored then, except after [`StorageError::CommitUnknown`].
    async fn write_moved(
        &self,
        tenant: &TenantId,
        batch: &MovedBatch,
        import: &TenantImport,
    ) -> Result<(), StorageError>;

    /// Notes how far the import is.
    ///
    /// # Errors
    /// [`StorageError::Refused`] if another file has taken the place of this one.
    async fn put_import(
        &self,
        tenant: &TenantId,
        import: &TenantImport,
    ) -> Result<(), StorageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_by_rows_or_by_bytes() {
        let mut gathering = Gathering::default();
        for _ in 1..MOVED_ROWS {
            assert_eq!(gathering.add(vec![MovedValue::Null]), None);
        }
        let full = gathering.add(vec![MovedValue::Null]).expect("enough rows");
        assert_eq!(full.len(), MOVED_ROWS);
        let large = MovedValue::Text("x".repeat(MOVED_BYTES));
        assert!(gathering.add(vec![large]).is_some(), "enough bytes");
        assert!(gathering.rest().is_empty());
    }

    #[test]
    fn the_same_rows_in_another_order_are_the_same() {
        let row = |number| vec![MovedValue::Whole(number), MovedValue::Null];
        let batch = MovedBatch {
            table: &TABLES[0],
            rows: vec![row(1), row(2)],
        };
        assert!(batch.has_rows(vec![row(2), row(1)]));
        assert!(!batch.has_rows(vec![row(2), row(2)]));
        assert!(!batch.has_rows(vec![row(1)]));
    }
}
