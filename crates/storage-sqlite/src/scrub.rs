//! What is deleted shall not stand in the file any longer.
//!
//! `secure_delete` overwrites what is deleted where it stands. Two things remain: the log still has the
//! pages as they were, and where SQLite moved rows between pages, it may have left copies of them in the
//! unused parts. So the log is emptied after an erasure, and the file is written anew, by `VACUUM`, before
//! it is closed, or when it is opened next, if the process was killed meanwhile.

use std::time::Duration;

use campanile_storage::StorageError;
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::writer::execute;

/// Readers are waited for no longer: nothing else is written meanwhile. The next commit tries again.
const PATIENCE: Duration = Duration::from_millis(200);
/// For everything else.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Notes, in the transaction of an erasure, that the file is to be written anew.
pub(crate) async fn mark_due(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    execute(
        connection,
        "INSERT INTO rewrite_due (one) VALUES (1) ON CONFLICT DO NOTHING",
    )
    .await
}

/// Writes the file anew, if that is due.
pub(crate) async fn rewrite_if_due(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let due: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM rewrite_due)")
        .fetch_one(&mut *connection)
        .await
        .map_err(storage_error)?;
    if due {
        execute(connection, "VACUUM").await?;
        execute(connection, "DELETE FROM rewrite_due").await?;
        empty_log(connection).await?;
    }
    Ok(())
}

/// Moves the log into the file and leaves it empty; `false` where a reader still uses it.
pub(crate) async fn empty_log(connection: &mut SqliteConnection) -> Result<bool, StorageError> {
    wait(connection, PATIENCE).await?;
    let emptied = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await;
    wait(connection, BUSY_TIMEOUT).await?;
    // The first column says whether it was kept from it.
    Ok(emptied.map_err(storage_error)? == 0)
}

async fn wait(connection: &mut SqliteConnection, time: Duration) -> Result<(), StorageError> {
    let pragma = format!("PRAGMA busy_timeout = {}", time.as_millis());
    sqlx::query(&pragma)
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
