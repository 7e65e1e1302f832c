//! Two plans decide about equal notifications for one user at the same moment, and one plan is repeated.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{
    Channel, Debounce, EmailAddress, Notification, RateRules, Routes, TenantId, TenantPreferences,
    Throttle, User,
};
use campanile_pipeline::{put_tenant_preferences, put_user};
use campanile_storage::{PlanMarks, Planned, RelayLimits, StorageError};
use campanile_storage_contract::fixture::{accept, notification, now, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;

/// A tenant with both rules, and a user with a mail address.
async fn prepared(database: &TestDatabase) -> (Arc<PostgresStorage>, TenantId) {
    let settings = database.settings(Role::Worker);
    let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let person = User {
        tenant: acme.clone(),
        id: user("u"),
        email: Some(EmailAddress::parse("u@example.com").unwrap()),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    };
    put_user(&storage, &person).await.unwrap();
    let set = TenantPreferences {
        rate_rules: RateRules {
            debounce: Debounce::new(900).ok(),
            throttle: Throttle::new(1, 1).ok(),
        },
        ..TenantPreferences::default()
    };
    let put = put_tenant_preferences(&storage, &acme, &set, now());
    put.await.unwrap();
    (storage, acme)
}

fn planning(
    storage: &Arc<PostgresStorage>,
    tenant: &TenantId,
) -> JoinHandle<Result<Planned, StorageError>> {
    let (storage, mut routes) = (Arc::clone(storage), Routes::default());
    routes.add_for_users(tenant.clone(), Channel::Email);
    tokio::spawn(async move {
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now()).await
    })
}

/// Waits until so many wait for locks.
async fn once_waiting(raw: &mut PgConnection, number: i64) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        // A transaction sees the sessions that were there at its first look, unless it forgets them.
        sqlx::raw_sql("SELECT pg_stat_clear_snapshot()")
            .execute(&mut *raw)
            .await
            .unwrap();
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE a.datname = current_database() AND NOT l.granted",
        )
        .fetch_one(&mut *raw)
        .await
        .unwrap();
        if waiting >= number {
            return;
        }
        assert!(Instant::now() < until, "{waiting} wait");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn of_two_plans_at_once_one_waits_for_the_marks_of_the_other() {
    let database = TestDatabase::create().await;
    let (storage, acme) = prepared(&database).await;
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;

    // Holds the first plan up where it has left its marks and is not committed.
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE dispatch IN SHARE MODE";
    sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
    let first = planning(&storage, &acme);
    once_waiting(&mut raw, 1).await;
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;
    let second = planning(&storage, &acme);
    once_waiting(&mut raw, 2).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();

    let (first, second) = (
        first.await.unwrap().unwrap(),
        second.await.unwrap().unwrap(),
    );
    assert_eq!((first.dispatches.len(), second.dispatches.len()), (1, 0));
    let held: Vec<_> = second.suppressed.iter().collect();
    assert_eq!(held, [(Channel::Email, "debounced", 1)]);
    database.close().await;
}

#[tokio::test]
async fn a_repeated_plan_changes_nothing_and_takes_no_token() {
    let database = TestDatabase::create().await;
    let (storage, acme) = prepared(&database).await;
    let passes = Notification {
        body: Some("a".into()),
        ..notification(&acme, "u")
    };
    let held = Notification {
        body: Some("b".into()),
        ..notification(&acme, "u")
    };
    accept(storage.as_ref(), vec![passes.clone(), held.clone()]).await;
    let planned = planning(&storage, &acme).await.unwrap().unwrap();
    assert_eq!(planned.dispatches.len(), 1);
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let stored = "SELECT array_agg(d::text ORDER BY id) FROM deliveries d";
    let before: Vec<String> = sqlx::query_scalar(stored)
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(before.len(), 2);
    for id in [passes.id, held.id] {
        sqlx::query(
            "INSERT INTO outbox (tenant, lane, id, notification_ids, created_at)
             VALUES ('acme', 1, $1, ARRAY[$1], now())",
        )
        .bind(id.0)
        .execute(&mut raw)
        .await
        .unwrap();
    }
    let again = planning(&storage, &acme).await.unwrap().unwrap();
    assert_eq!((again.notifications, again.dispatches.len()), (2, 0));
    assert_eq!(again.suppressed.iter().count(), 0, "counted once");
    let after: Vec<String> = sqlx::query_scalar(stored)
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(after, before);
    // The mark, and the bucket; the place that was held for the second bears no mark and goes first.
    let soon = now() + TimeDelta::seconds(1);
    assert_eq!(storage.expire_plan_marks(soon).await.unwrap(), 1);
    let later = now() + TimeDelta::days(1);
    assert_eq!(storage.expire_plan_marks(later).await.unwrap(), 2);
    database.close().await;
}
