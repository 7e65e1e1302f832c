//! Migrating: from nothing, twice, by many at once, and too late.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_storage::{Maintenance, Storage};
use campanile_storage_contract::fixture::{accept, notification, now, plan, tenant};
use campanile_storage_postgres::{PostgresStorage, Role, SetupError, migrate};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

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

/// Three logins of an administrator's making, each with one role: none can become another.
#[tokio::test]
async fn each_process_may_have_a_login_of_its_own() {
    let database = TestDatabase::empty().await;
    // Another test on this server may not have made them yet.
    migrate(&database.settings(Role::Api)).await.unwrap();
    let fresh = TestDatabase::empty().await;
    let name = fresh.url().rsplit('/').next().unwrap().to_owned();
    let login = |role: &str| format!("{name}_{role}");
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    for role in ["owner", "app", "worker"] {
        let login = login(role);
        let create = format!("CREATE ROLE {login} LOGIN IN ROLE campanile_{role}");
        server.execute(&*create).await.unwrap();
    }
    let owns = format!("ALTER DATABASE {name} OWNER TO {}", login("owner"));
    server.execute(&*owns).await.unwrap();

    let url_of = |role: &str| {
        fresh
            .url()
            .replace("postgres@", &format!("{}@", login(role)))
    };
    let settings = |app: &str, role| {
        let mut settings = fresh.settings(role);
        settings.app_url = url_of(app);
        settings
    };
    // The Job knows the owner's login only, by either name.
    let mut of_owner = settings("owner", Role::Worker);
    migrate(&of_owner).await.expect("migrated");
    of_owner.owner_url = Some(std::mem::take(&mut of_owner.app_url));
    migrate(&of_owner).await.expect("again");

    let mut of_api = settings("app", Role::Api);
    of_api.worker_url = Some(url_of("worker"));
    let api = PostgresStorage::connect(of_api).await.unwrap();
    api.verify_policy_binds().await.expect("ready");
    let worker = PostgresStorage::connect(settings("worker", Role::Worker)).await;
    let worker = worker.unwrap();
    worker.verify_policy_binds().await.expect("ready");
    let acme = tenant("default");
    accept(&api, vec![notification(&acme, "u")]).await;
    assert_eq!(plan(&worker, &[acme]).await.notifications, 1);
    let depth = api.depth(now()).await.expect("numbers");
    assert_eq!(depth.outbox, 0);
    for storage in [&api, &worker] {
        storage.close().await;
    }

    // The worker's login cannot act as the app's.
    let wrong = PostgresStorage::connect(settings("worker", Role::Api)).await;
    wrong
        .unwrap()
        .verify_policy_binds()
        .await
        .expect_err("refused");
    fresh.close_now().await;
    for role in ["owner", "app", "worker"] {
        let drop = format!("DROP ROLE {}", login(role));
        server.execute(&*drop).await.unwrap();
    }
    server.close().await.unwrap();
    database.close().await;
}
