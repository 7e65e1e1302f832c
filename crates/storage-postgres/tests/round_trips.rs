//! How many statements a turn of the relay takes. There are up to a hundred turns a second, and each
//! statement is a round trip.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::atomic::{AtomicUsize, Ordering};

use campanile_domain::{Channel, Device, DeviceId, DeviceKind, DeviceValue, Platform, Routes};
use campanile_storage::{AddressBook, Dispatches, Maintenance, RelayLimits};
use campanile_storage_contract::fixture::{
    accept, notification, now, reference, routes, tenants, user,
};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Statements that the driver has logged, but for a ROLLBACK, for which nobody waits.
static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

struct Counter;

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        if event.metadata().target() == "sqlx::query" && statement.0 != "ROLLBACK" {
            STATEMENTS.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// The first words of a statement.
#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// What a turn took: notifications and statements.
async fn turn(storage: &PostgresStorage, is_whole: bool, routes: &Routes) -> (usize, usize) {
    let limits = RelayLimits {
        since: (!is_whole).then(|| now() - TimeDelta::hours(1)),
        ..RelayLimits::default()
    };
    STATEMENTS.store(0, Ordering::SeqCst);
    let planned = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now())
        .await
        .unwrap();
    (planned.notifications, STATEMENTS.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_turn_takes_few_statements() {
    let subscriber = tracing_subscriber::registry().with(Counter);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let database = TestDatabase::create().await;
    let mut settings = database.settings(Role::Worker);
    // A connection of its own would be set up first.
    settings.max_connections = 1;
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let both = tenants(&storage, ["acme", "other"]).await;
    let (inbox, hooks) = (Routes::default(), routes(&both));
    turn(&storage, true, &inbox).await;
    for is_whole in [false, true] {
        for tenant in &both {
            accept(&storage, vec![notification(tenant, "u")]).await;
        }
        // BEGIN, the claim, what takes what was claimed, and COMMIT.
        assert_eq!(turn(&storage, is_whole, &inbox).await, (2, 4));
        assert_eq!(turn(&storage, is_whole, &inbox).await, (0, 2));
        for tenant in &both {
            accept(&storage, vec![notification(tenant, "u")]).await;
        }
        // The users' choices, deliveries and dispatches besides.
        assert_eq!(turn(&storage, is_whole, &hooks).await, (2, 7));
    }
    // The messages' rows and their deliveries with all that is to be known of them, between BEGIN and
    // COMMIT, however many there are.
    let device = Device {
        id: DeviceId::at(now()),
        tenant: both[0].clone(),
        user_id: user("u"),
        kind: DeviceKind::Token,
        value: DeviceValue::parse("v").unwrap(),
        platform: Platform::Android,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now(),
        last_seen: now(),
    };
    storage.put_device(&device).await.unwrap();
    let mut pushed = routes(&both);
    pushed.add_for_users(both[0].clone(), Channel::Push);
    accept(
        &storage,
        vec![notification(&both[0], "u"), notification(&both[0], "v")],
    )
    .await;
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), pushed.clone(), now());
    let refs: Vec<_> = planned
        .await
        .unwrap()
        .dispatches
        .iter()
        .map(reference)
        .collect();
    assert_eq!(refs.len(), 2);
    STATEMENTS.store(0, Ordering::SeqCst);
    let loaded = storage.load(&refs).await.unwrap();
    assert_eq!(
        loaded
            .into_iter()
            .flatten()
            .flat_map(|one| one.jobs)
            .count(),
        3
    );
    assert_eq!(STATEMENTS.load(Ordering::SeqCst), 3);
    storage.close().await;
    database.close().await;
}
