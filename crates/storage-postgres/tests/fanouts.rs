//! A fan-out whose notifications the database refuses.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_storage::Maintenance;
use campanile_storage::contract::fanouts::{REFUSED, what_fails_is_put_off};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

#[tokio::test]
async fn what_fails_delays_nobody_else() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    let refuse = async |on| {
        let sql = if on {
            format!(
                "ALTER TABLE notifications ADD CONSTRAINT refuse
                     CHECK (correlation_id <> '{REFUSED}') NOT VALID"
            )
        } else {
            "ALTER TABLE notifications DROP CONSTRAINT refuse".into()
        };
        let mut raw = PgConnection::connect(database.url()).await.unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut raw).await;
        done.unwrap();
        raw.close().await.unwrap();
    };
    what_fails_is_put_off(&storage, refuse).await;
    storage.close().await;
    database.close().await;
}
