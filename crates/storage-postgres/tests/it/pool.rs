//! The connections of a process: how many it keeps busy, and what becomes of one whose user went away.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{Inbox, InboxFilter, Maintenance, PreferenceBook};
use campanile_storage_contract::fixture::{accept, notification, now, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;

/// Less than a statement stands before a lock.
const PROMPT: Duration = Duration::from_millis(1_500);

async fn make(connections: u32) -> (PostgresStorage, TestDatabase, TenantId) {
    let database = TestDatabase::create().await;
    let mut settings = database.settings(Role::Api);
    settings.max_connections = connections;
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    (storage, database, acme)
}

/// Sessions that have answered a caller last.
async fn sessions(database: &TestDatabase) -> Vec<i32> {
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()
         AND query LIKE 'WITH scope%'",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap()
}

async fn count(storage: &PostgresStorage, acme: &TenantId) -> u64 {
    let (filter, user) = (InboxFilter::default(), user("u"));
    let counted = storage.inbox_count(acme, &user, &filter, now());
    counted.await.unwrap().count
}

#[tokio::test]
async fn one_caller_after_the_other_needs_one_connection() {
    let (storage, database, acme) = make(10).await;
    for stored in 1..=20 {
        accept(&storage, vec![notification(&acme, "u")]).await;
        assert_eq!(count(&storage, &acme).await, stored);
    }
    assert_eq!(sessions(&database).await.len(), 1);
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn who_comes_next_does_not_wait_for_a_statement_that_was_given_up() {
    let (storage, database, acme) = make(2).await;
    accept(&storage, vec![notification(&acme, "u")]).await;
    let mut other = PgConnection::connect(database.url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute("LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    // It stands before the lock, for two seconds.
    let given_up = timeout(Duration::from_millis(200), count(&storage, &acme));
    assert!(given_up.await.is_err());
    let next = timeout(PROMPT, storage.tenant_preferences(&acme));
    next.await.expect("waited for another's statement").unwrap();
    lock.rollback().await.unwrap();
    other.close().await.unwrap();
    storage.close().await;
    database.close().await;
}
