//! The promises of `campanile-storage`, on a Postgres server, as the worker's and the app's roles.

use std::sync::Arc;

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
    (Arc::new(storage), database)
}

storage_contract!(make);
