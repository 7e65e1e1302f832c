//! What the schema itself promises about what is stored.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_storage_contract::closed_values;
use campanile_storage_contract::moving::compare_with_schema;
use campanile_storage_sqlite::SqliteStorage;
use sqlx::{Connection, SqliteConnection};

/// Lists with commas, which no CHECK can look into; whoever reads them reports what it does not know.
const LISTS: &str = "channels";

#[tokio::test]
async fn closed_columns_take_the_values_of_the_domain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    drop(SqliteStorage::open(&path).await.unwrap());
    let mut connection = SqliteConnection::connect(path.to_str().unwrap())
        .await
        .unwrap();
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.name, c.name, t.sql FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut compared = 0;
    for (table, column, sql) in &columns {
        if closed_values::is_of_channels(column) && column != LISTS {
            let names =
                "CHECK (channel NOT GLOB '*[^a-z0-9_]*' AND length(channel) BETWEEN 1 AND 32)";
            assert!(sql.contains(names), "the CHECK of {table}.{column}: {sql}");
            compared += 1;
        }
        let Some(values) = closed_values::of(table, column) else {
            continue;
        };
        let begins = format!("CHECK ({column} IN (");
        let check = sql.split(&begins).nth(1).unwrap_or_default();
        let check = check.split(')').next().unwrap_or_default();
        let listed = closed_values::listed(check);
        assert_eq!(listed, values, "the CHECK of {table}.{column}");
        compared += 1;
    }
    assert!(compared > 15, "{compared}");
}

#[tokio::test]
async fn every_table_with_rows_of_tenants_is_moved_or_stays_for_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    drop(SqliteStorage::open(&path).await.unwrap());
    let mut connection = SqliteConnection::connect(path.to_str().unwrap())
        .await
        .unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    compare_with_schema(&columns, |table, column| match (table, column) {
        ("dispatch", "notification_ids" | "delivery_ids") => Some("refs"),
        _ => None,
    });
}
