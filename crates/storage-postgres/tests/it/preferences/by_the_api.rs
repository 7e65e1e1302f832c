//! A tenant's change is begun as the API's role and finished as the worker's.

use std::sync::Arc;

use campanile_domain::{SystemClock, TenantPreferences};
use campanile_pipeline::put_tenant_preferences;
use campanile_pipeline::{reschedule_all, reschedule_step};
use campanile_storage::{Maintenance, PreferenceBook, RescheduleStep, Scope};
use campanile_storage_contract::fixture::{accept, notification, now, tenants};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;

use super::support::{night, planning, resident};

#[tokio::test]
async fn either_role_steps_through_what_waits() {
    let database = TestDatabase::create().await;
    let connect = async |role| PostgresStorage::connect(database.settings(role)).await;
    let worker = Arc::new(connect(Role::Worker).await.unwrap());
    let api = connect(Role::Api).await.unwrap();
    let [acme] = tenants(&api, ["acme"]).await;
    resident(&api, &acme).await;
    let set = |minutes| TenantPreferences {
        defaults: night(minutes),
        ..TenantPreferences::default()
    };
    let put = async |minutes| {
        let set = set(minutes);
        put_tenant_preferences(&api, &acme, &set, now()).await
    };
    put(120).await.unwrap();
    let late = now() + TimeDelta::seconds(1);
    let broken_off = worker.broken_off_reschedules(late, 10).await.unwrap();
    assert_eq!(broken_off, std::slice::from_ref(&acme));
    reschedule_all(&worker, &Scope::worker_for(&acme), &acme, &SystemClock)
        .await
        .unwrap();
    accept(&api, vec![notification(&acme, "u")]).await;
    let planned = planning(&worker, [&acme]).await.unwrap().unwrap();
    assert_eq!(planned.deferred.iter().count(), 1);

    put(180).await.unwrap();
    let scope = Scope::caller(&acme);
    let step = reschedule_step(&api, &scope, &acme, now());
    let step = step.await.unwrap();
    let one = RescheduleStep {
        rescheduled: 1,
        more: false,
    };
    assert_eq!(step, one);
    let broken_off = worker.broken_off_reschedules(late, 10).await.unwrap();
    assert!(broken_off.is_empty());
    api.close().await;
    worker.close().await;
    database.close().await;
}
