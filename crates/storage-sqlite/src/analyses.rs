//! Statistics of tables that have grown.
//!
//! SQLite says which, but it counts a table among them for ever if one of its indexes is empty, as partial ones are most
//! of the time. Such a table is left alone ten times as long from one time to the next.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use campanile_storage::StorageError;
use sqlx::{Executor, SqliteConnection};

use crate::error::storage_error;

/// Says what would be analyzed, and does nothing (1): tables without statistics, or ten times as large or small as these
/// tell (2); all tables, not only those that this connection has read (0x10000).
const GROWN: &str = "PRAGMA optimize(0x10003)";
/// Rows of each index that are looked at; SQLite's manual recommends 100 to 1,000.
const SAMPLE: u32 = 1_000;
/// A table of which SQLite asks for more than it gets is left alone for so long at first.
const FIRST_REST: Duration = Duration::from_secs(60);
/// No table is left alone for longer.
const LONGEST_REST: Duration = Duration::from_secs(6 * 3_600);

/// The tables that are left alone: since when, for how long.
#[derive(Debug, Default)]
pub(crate) struct Analyses(Mutex<HashMap<String, (Instant, Duration)>>);

impl Analyses {
    /// Analyzes one table that has grown; says which.
    pub(crate) async fn step(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Option<String>, StorageError> {
        let grown = grown(connection).await?;
        let Some(table) = self.first(&grown, Instant::now()) else {
            return Ok(None);
        };
        // The name is the schema's own.
        let statement = format!("PRAGMA analysis_limit = {SAMPLE}; ANALYZE \"{table}\"");
        let analyzed = connection.execute(&*statement).await;
        analyzed.map_err(storage_error)?;
        let asks_for_more = self::grown(connection).await?.contains(&table);
        self.done(&table, asks_for_more, Instant::now());
        Ok(Some(table))
    }

    /// The first that is not left alone.
    fn first(&self, grown: &[String], now: Instant) -> Option<String> {
        let resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rests = |table: &&String| {
            let rest = resting.get(*table);
            rest.is_some_and(|(since, rest)| now.saturating_duration_since(*since) < *rest)
        };
        grown.iter().find(|table| !rests(table)).cloned()
    }

    fn done(&self, table: &str, asks_for_more: bool, now: Instant) {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !asks_for_more {
            resting.remove(table);
            return;
        }
        let before = resting.get(table).map(|(_, rest)| *rest * 10);
        let rest = before.map_or(FIRST_REST, |rest| rest.min(LONGEST_REST));
        resting.insert(table.to_owned(), (now, rest));
    }
}

/// The tables that SQLite would analyze.
async fn grown(connection: &mut SqliteConnection) -> Result<Vec<String>, StorageError> {
    let lines: Vec<String> = sqlx::query_scalar(GROWN)
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    // ANALYZE "main"."devices"
    let table = |line: &String| {
        let quoted = line.strip_prefix("ANALYZE ")?;
        Some(quoted.split('"').nth(3)?.to_owned())
    };
    Ok(lines.iter().filter_map(table).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_more_is_left_alone_ten_times_as_long() {
        let (analyses, start) = (Analyses::default(), Instant::now());
        let grown = ["schedule".to_owned(), "users".to_owned()];
        let at = |seconds| start + Duration::from_secs(seconds);
        let first = |seconds| analyses.first(&grown, at(seconds));
        assert_eq!(first(0).as_deref(), Some("schedule"));
        analyses.done("schedule", true, at(0));
        assert_eq!(first(59).as_deref(), Some("users"));
        assert_eq!(first(60).as_deref(), Some("schedule"));
        analyses.done("schedule", true, at(60));
        assert_eq!(first(659).as_deref(), Some("users"));
        assert_eq!(first(660).as_deref(), Some("schedule"));
        analyses.done("schedule", false, at(660));
        assert_eq!(first(661).as_deref(), Some("schedule"));
    }
}
