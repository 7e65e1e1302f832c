//! Migrating: from nothing, twice, by many at once, and too late.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_storage::Storage;
use campanile_storage::contract::fixture::{accept, notification, tenant};
use campanile_storage_postgres::{PostgresStorage, Role, SetupError, migrate};
use campanile_test_support::postgres::TestDatabase;

async fn storage(database: &TestDatabase) -> PostgresStorage {
    PostgresStorage::connect(database.settings(Role::Api))
        .await
        .unwrap()
}

#[tokio::test]
async fn many_processes_migrate_two_databases_at_once() {
    let databases = [TestDatabase::empty().await, TestDatabase::empty().await];
    let runs: Vec<_> = (0..8)
        .map(|n| {
            let settings = databases[n % 2].settings(Role::Api);
            tokio::spawn(async move { migrate(&settings).await })
        })
        .collect();
    for run in runs {
        run.await.unwrap().expect("migrated");
    }
    for database in databases {
        let storage = storage(&database).await;
        storage.verify_policy_binds().await.expect("ready");
        let storage: &dyn Storage = &storage;
        accept(storage, vec![notification(&tenant("default"), "u")]).await;
        database.close().await;
    }
}

#[tokio::test]
async fn an_unmigrated_database_is_refused_with_the_way_out() {
    let database = TestDatabase::empty().await;
    let refused = storage(&database)
        .await
        .verify_policy_binds()
        .await
        .expect_err("no tables");
    assert!(matches!(refused, SetupError::NotMigrated(_)), "{refused}");
    assert!(
        refused.to_string().contains("campanile migrate"),
        "{refused}"
    );
    database.close().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_being_shown() {
    let database = TestDatabase::empty().await;
    let mut settings = database.settings(Role::Api);
    settings.app_url = "mysql://user:hunter2@host/db".into();
    let Err(refused) = PostgresStorage::connect(settings).await else {
        panic!("accepted")
    };
    assert!(refused.to_string().contains("postgres://"), "{refused}");
    assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    database.close().await;
}
