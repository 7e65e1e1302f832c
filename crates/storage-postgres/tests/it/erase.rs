//! A person is erased while a plan that has read their addresses is under way, or a plan is made while
//! a person is being erased.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_pipeline::erase_user;
use campanile_storage::{Maintenance, RelayLimits};
use campanile_storage_contract::fixture::{accept, notification, now, routes, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};

/// Waits until somebody waits for a lock of this kind, or has no need to.
async fn once_waiting(raw: &mut PgConnection, kind: &str, or: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let waiting: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
             WHERE d.datname = current_database() AND NOT l.granted AND l.locktype = $1)",
        )
        .bind(kind)
        .fetch_one(&mut *raw)
        .await
        .unwrap();
        if waiting || or() {
            return;
        }
        assert!(Instant::now() < until, "nobody waits for {kind}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn it_leaves_no_delivery_of_theirs() {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
    let tenants = tenants(storage.as_ref(), ["acme"]).await;
    accept(storage.as_ref(), vec![notification(&tenants[0], "gone")]).await;

    // Holds the plan up between its deliveries and its commit.
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE dispatch IN SHARE MODE";
    sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
    let planning = tokio::spawn({
        let (storage, routes) = (Arc::clone(&storage), routes(&tenants));
        async move {
            campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now())
                .await
        }
    });
    once_waiting(&mut raw, "relation", || false).await;
    let erasing = tokio::spawn({
        let (storage, [acme]) = (Arc::clone(&storage), tenants.clone());
        async move { erase_user(&storage, &acme, &user("gone"), chrono::Utc::now()).await }
    });
    once_waiting(&mut raw, "advisory", || erasing.is_finished()).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
    assert_eq!(planning.await.unwrap().unwrap().notifications, 1);
    assert!(erasing.await.unwrap().unwrap());
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM deliveries")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(left, 0);
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_turn_leaves_out_their_tenant_meanwhile() {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let both = tenants(&storage, ["acme", "other"]).await;
    let routes = routes(&both);
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    for since in [Some(now() - TimeDelta::hours(1)), None] {
        for tenant in [&both[0], &both[0], &both[1]] {
            accept(&storage, vec![notification(tenant, "u")]).await;
        }
        // What an erasure in the tenant holds until its end.
        let hold = "BEGIN;
            SELECT pg_advisory_xact_lock(hashtextextended('campanile_people/acme', 0))";
        sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
        let limits = RelayLimits {
            rows_per_tenant: 1,
            since,
            ..RelayLimits::default()
        };
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now())
            .await
            .unwrap();
        let whose: Vec<_> = turn.dispatches.iter().map(|one| &one.tenant).collect();
        assert_eq!((turn.notifications, whose), (1, vec![&both[1]]));
        assert!(!turn.more, "nothing more can be had at once");
        sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
        let limits = RelayLimits {
            since,
            ..RelayLimits::default()
        };
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now())
            .await
            .unwrap();
        assert_eq!(turn.notifications, 2);
    }
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_turn_of_many_tenants_holds_no_more_than_it_has_rows() {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
    let all = tenants(storage.as_ref(), ["a", "b", "c", "d"]).await;
    for tenant in &all {
        accept(storage.as_ref(), vec![notification(tenant, "u")]).await;
    }
    // Holds the plan up before its commit.
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE dispatch IN SHARE MODE";
    sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
    let planning = tokio::spawn({
        let (storage, routes) = (Arc::clone(&storage), routes(&all));
        let limits = RelayLimits {
            rows: 3,
            since: Some(now() - TimeDelta::hours(1)),
            ..RelayLimits::default()
        };
        async move { campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now()).await }
    });
    once_waiting(&mut raw, "relation", || false).await;
    let held: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE d.datname = current_database() AND l.locktype = 'advisory'",
    )
    .fetch_one(&mut raw)
    .await
    .unwrap();
    assert_eq!(held, 3);
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
    let turn = planning.await.unwrap().unwrap();
    assert_eq!((turn.notifications, turn.more), (3, true));
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}
