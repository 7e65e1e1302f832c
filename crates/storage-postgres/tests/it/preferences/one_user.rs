//! A user chooses anew while a plan that has read their old choices is about to defer by them.

use std::sync::Arc;

use campanile_domain::Preferences;
use campanile_pipeline::put_preferences;
use campanile_storage::{Maintenance, StorageError};
use campanile_storage_contract::fixture::{accept, notification, now, release, tenants};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};

use super::support::{in_time, night, once_waiting, planning, resident};

#[tokio::test]
async fn what_the_plan_leaves_waiting_is_looked_at_at_once() {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let person = resident(storage.as_ref(), &acme).await;
    let night = night(120);
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;

    // Holds the plan up where it has read the choices and has not yet written what waits for them.
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let hold = "BEGIN; LOCK TABLE schedule IN SHARE MODE";
    let planned = loop {
        let put = put_preferences(&storage, &acme, &person, &night, now());
        put.await.unwrap();
        sqlx::raw_sql(hold).execute(&mut raw).await.unwrap();
        let planning = planning(&storage, [&acme]);
        once_waiting(&mut raw, "relation", || planning.is_finished()).await;
        let choosing = tokio::spawn({
            let (storage, acme, id) = (Arc::clone(&storage), acme.clone(), person.clone());
            async move {
                let free = Preferences::default();
                // Held up for too long, it is said again.
                while let Err(error) = put_preferences(&storage, &acme, &id, &free, now()).await {
                    assert!(matches!(error, StorageError::Unavailable(_)), "{error}");
                }
            }
        });
        once_waiting(&mut raw, "advisory", || choosing.is_finished()).await;
        let waits = !choosing.is_finished();
        sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
        let planned = in_time(planning).await;
        choosing.await.unwrap();
        if let Some(planned) = planned {
            assert!(waits, "it waits for the plan");
            break planned;
        }
    };
    assert_eq!(planned.deferred.iter().count(), 1);
    let later = now() + TimeDelta::seconds(1);
    let released = release(storage.as_ref(), later).await;
    assert_eq!(released.dispatches.len(), 1, "it leaves by the new choice");
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}
