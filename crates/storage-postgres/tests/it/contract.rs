//! The promises of `campanile-storage`, on a Postgres server, as the worker's and the app's roles, with texts sealed.

use std::sync::Arc;

use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::Storage;
use campanile_storage_contract::storage_contract;
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;

async fn make() -> (Arc<dyn Storage>, TestDatabase) {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .expect("set up");
    storage
        .verify_policy_binds()
        .await
        .expect("held back by the policies");
    let master = MasterKey::parse(&MasterKey::generate().expect("made")).expect("a key");
    let ring = KeyRing::new(Some(Arc::new(master)), true);
    (Arc::new(storage.with_keys(&Arc::new(ring))), database)
}

storage_contract!(make);

#[tokio::test]
async fn a_plan_repeated_makes_the_same_rows() {
    let (storage, database) = make().await;
    let sql = async |statement| {
        database.tamper(statement).await;
    };
    campanile_storage_contract::relay::a_plan_repeated_makes_the_same_rows(storage, sql).await;
}

#[tokio::test]
async fn an_unreadable_answer_concerns_its_own_request_only() {
    let (storage, database) = make().await;
    let sql = async |statement| {
        database.tamper(statement).await;
    };
    campanile_storage_contract::idempotency::an_unreadable_answer_concerns_its_own_request_only(
        storage, sql,
    )
    .await;
}

/// That is what makes it cheaper than a whole turn: the index leads past the rest.
#[tokio::test]
async fn a_recent_turn_leaves_what_is_older() {
    use campanile_storage::RelayLimits;
    use campanile_storage_contract::fixture::{accept, notification, now, routes, tenants};

    let (storage, _database) = make().await;
    let all = tenants(storage.as_ref(), ["acme"]).await;
    accept(storage.as_ref(), vec![notification(&all[0], "u")]).await;
    for (since, planned) in [(Some(now() + chrono::TimeDelta::hours(1)), 0), (None, 1)] {
        let limits = RelayLimits {
            since,
            ..RelayLimits::default()
        };
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&all), now()).await;
        assert_eq!(turn.expect("planned").notifications, planned);
    }
}
