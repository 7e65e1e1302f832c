//! Fan-outs and recalls whose notifications the file refuses.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::path::Path;

use campanile_storage_contract::fanouts::{
    REFUSED, a_recall_that_fails_is_put_off, what_fails_is_put_off,
};
use campanile_storage_sqlite::SqliteStorage;
use sqlx::{Connection, SqliteConnection};

/// Refuses to store notifications of [`REFUSED`], new ones and old ones alike, or stops doing so.
async fn refuse(path: &Path, on: bool) {
    let sql = if on {
        ["INSERT", "UPDATE"].map(|write| {
            format!(
                "CREATE TRIGGER refuse_{write} BEFORE {write} ON notifications
                 WHEN NEW.correlation_id = '{REFUSED}'
                 BEGIN SELECT RAISE(ABORT, 'refused'); END;"
            )
        })
    } else {
        ["INSERT", "UPDATE"].map(|write| format!("DROP TRIGGER refuse_{write};"))
    };
    let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    let sql = sql.concat();
    let done = sqlx::raw_sql(&sql);
    done.execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

#[tokio::test]
async fn what_fails_delays_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let storage = SqliteStorage::open(&path).await.unwrap();
    what_fails_is_put_off(&storage, async |on| refuse(&path, on).await).await;
}

#[tokio::test]
async fn a_recall_that_fails_delays_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let storage = SqliteStorage::open(&path).await.unwrap();
    a_recall_that_fails_is_put_off(&storage, async |on| refuse(&path, on).await).await;
}
