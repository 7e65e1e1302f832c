//! A user chooses anew while a plan that has read their old choices is about to defer by them.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{Channel, EmailAddress, Preferences, QuietHours, User, Ways};
use campanile_storage::contract::fixture::{accept, notification, now, tenants, user};
use campanile_storage::{AddressBook, Maintenance, PreferenceBook, Relay, RelayLimits, Schedule};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::{TimeDelta, Timelike};
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

fn night() -> Preferences {
    let wall = |minutes| {
        let at = now() + TimeDelta::minutes(minutes);
        let text = format!("{:02}:{:02}", at.hour(), at.minute());
        text.parse().unwrap()
    };
    let hours = QuietHours::new(true, wall(-60), wall(120), None);
    Preferences {
        quiet_hours: Some(hours.unwrap()),
        ..Preferences::default()
    }
}

#[tokio::test]
async fn what_the_plan_leaves_waiting_is_looked_at_at_once() {
    let database = TestDatabase::create().await;
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
    storage.put_user(&person).await.unwrap();
    let night = night();
    let put = storage.put_preferences(&acme, &person.id, &night, now());
    put.await.unwrap();
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;

    // Holds the plan up where it has read the choices and has not yet written what waits for them.
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE schedule IN SHARE MODE";
    sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
    let planning = tokio::spawn({
        let (storage, mut ways) = (Arc::clone(&storage), Ways::default());
        ways.add_for_users(acme.clone(), Channel::Email);
        async move {
            let limits = RelayLimits::default();
            storage.plan_turn(limits, &ways, now()).await
        }
    });
    once_waiting(&mut raw, "relation", || false).await;
    let choosing = tokio::spawn({
        let (storage, acme, id) = (Arc::clone(&storage), acme.clone(), person.id.clone());
        async move {
            let free = Preferences::default();
            storage.put_preferences(&acme, &id, &free, now()).await
        }
    });
    once_waiting(&mut raw, "advisory", || choosing.is_finished()).await;
    assert!(!choosing.is_finished(), "it waits for the plan");
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
    let planned = planning.await.unwrap().unwrap();
    assert_eq!(planned.deferred.iter().count(), 1);
    choosing.await.unwrap().unwrap();
    let later = now() + TimeDelta::seconds(1);
    let released = storage.release_due(later, 10, 64).await.unwrap();
    assert_eq!(released.dispatches.len(), 1, "it leaves by the new choice");
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}
