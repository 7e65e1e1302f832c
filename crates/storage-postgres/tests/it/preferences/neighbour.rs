//! Of two tenants in one turn, one defers; while it waits for the lock on that one's choices, the other
//! begins to. What is deferred without its tenant's lock would be missed by that tenant's next change.

use std::sync::Arc;

use campanile_domain::{Preferences, TenantId, UserId};
use campanile_pipeline::put_preferences;
use campanile_storage::{Maintenance, Planned, RelayLimits, ReleaseLimits, StorageError};
use campanile_storage_contract::fixture::{accept, notification, now, tenants};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;

use super::support::{in_time, night, once_waiting, planning, resident};

struct Scene {
    database: TestDatabase,
    storage: Arc<PostgresStorage>,
    sleeper: (TenantId, UserId),
    neighbour: (TenantId, UserId),
    raw: PgConnection,
}

impl Scene {
    /// One notification each for somebody in their quiet hours and for somebody without any.
    async fn set() -> Self {
        let database = TestDatabase::create().await;
        let settings = database.settings(Role::Worker);
        let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
        let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
        let sleeper = (acme.clone(), resident(storage.as_ref(), &acme).await);
        let neighbour = (other.clone(), resident(storage.as_ref(), &other).await);
        for tenant in [&acme, &other] {
            accept(storage.as_ref(), vec![notification(tenant, "u")]).await;
        }
        let raw = PgConnection::connect(database.url()).await.unwrap();
        let scene = Self {
            database,
            storage,
            sleeper,
            neighbour,
            raw,
        };
        scene.choose(&scene.sleeper, &night(120)).await;
        scene
    }

    async fn choose(&self, (tenant, user): &(TenantId, UserId), choices: &Preferences) {
        let put = put_preferences(&self.storage, tenant, user, choices, now());
        put.await.unwrap();
    }

    /// As a change of the sleeper's choices that is under way.
    async fn hold_up(&mut self) {
        let hold = "BEGIN; SELECT pg_advisory_xact_lock(
            hashtextextended('campanile_choices/acme', 0))";
        sqlx::raw_sql(hold).execute(&mut self.raw).await.unwrap();
    }

    /// Once the turn waits for that change, the neighbour chooses quiet hours, and the change ends.
    async fn let_the_neighbour_choose<T>(&mut self, turn: &JoinHandle<T>) {
        once_waiting(&mut self.raw, "advisory", || turn.is_finished()).await;
        self.choose(&self.neighbour, &night(120)).await;
        sqlx::raw_sql("ROLLBACK")
            .execute(&mut self.raw)
            .await
            .unwrap();
    }

    async fn let_the_neighbour_wake(&self) {
        self.choose(&self.neighbour, &Preferences::default()).await;
    }

    /// What is due is released, under way.
    fn releasing(&self) -> JoinHandle<Result<Planned, StorageError>> {
        let (storage, at) = (Arc::clone(&self.storage), now() + TimeDelta::seconds(1));
        let limits = ReleaseLimits {
            rows: 1_000,
            window_per_tenant: RelayLimits::default().window_per_tenant,
            dispatch_size: 64,
        };
        tokio::spawn(async move { campanile_pipeline::release(&storage, limits, at).await })
    }

    async fn end(self) {
        self.raw.close().await.unwrap();
        self.storage.close().await;
        self.database.close().await;
    }
}

#[tokio::test]
async fn who_begins_to_defer_under_a_plan_is_planned_by_what_was_read() {
    let mut scene = Scene::set().await;
    let planned = loop {
        scene.hold_up().await;
        let planning = planning(&scene.storage, [&scene.sleeper.0, &scene.neighbour.0]);
        scene.let_the_neighbour_choose(&planning).await;
        if let Some(planned) = in_time(planning).await {
            break planned;
        }
        scene.let_the_neighbour_wake().await;
    };
    assert_eq!(planned.deferred.iter().count(), 1, "{planned:?}");
    let left: Vec<_> = planned.dispatches.iter().map(|one| &one.tenant).collect();
    assert_eq!(left, [&scene.neighbour.0]);
    scene.end().await;
}

#[tokio::test]
async fn who_begins_to_defer_under_a_release_is_released_by_what_was_read() {
    let mut scene = Scene::set().await;
    scene.choose(&scene.neighbour, &night(60)).await;
    let tenants = [&scene.sleeper.0, &scene.neighbour.0];
    let planned = planning(&scene.storage, tenants).await.unwrap().unwrap();
    assert!(planned.dispatches.is_empty(), "{planned:?}");
    // Both are due now; the one sleeps on.
    scene.choose(&scene.sleeper, &night(180)).await;
    let released = loop {
        scene.let_the_neighbour_wake().await;
        scene.hold_up().await;
        let releasing = scene.releasing();
        scene.let_the_neighbour_choose(&releasing).await;
        if let Some(released) = in_time(releasing).await {
            break released;
        }
    };
    assert_eq!(released.deferred.iter().count(), 1, "{released:?}");
    let left: Vec<_> = released.dispatches.iter().map(|one| &one.tenant).collect();
    assert_eq!(left, [&scene.neighbour.0]);
    scene.end().await;
}
