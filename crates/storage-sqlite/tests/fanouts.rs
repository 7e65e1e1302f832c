//! A fan-out whose notifications the file refuses.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_storage::contract::fanouts::{REFUSED, what_fails_is_put_off};
use campanile_storage_sqlite::SqliteStorage;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

#[tokio::test]
async fn what_fails_delays_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let storage = SqliteStorage::open(&path).await.unwrap();
    let refuse = async |on| {
        let sql = if on {
            format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON notifications
                 WHEN NEW.correlation_id = '{REFUSED}'
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        } else {
            "DROP TRIGGER refuse".into()
        };
        let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
            .await
            .unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut raw).await;
        done.unwrap();
        raw.close().await.unwrap();
    };
    what_fails_is_put_off(&storage, refuse).await;
}
