//! The promises of `campanile-storage`, on a file whose texts are sealed, as `up` has it.

use std::sync::Arc;

use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::Storage;
use campanile_storage_contract::storage_contract;
use campanile_storage_sqlite::SqliteStorage;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

async fn make() -> (Arc<dyn Storage>, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(&dir.path().join("campanile.db"))
        .await
        .expect("opened");
    let master = MasterKey::parse(&MasterKey::generate().expect("made")).expect("a key");
    let ring = KeyRing::new(Some(Arc::new(master)), true);
    (Arc::new(storage.with_keys(Arc::new(ring))), dir)
}

storage_contract!(make);

/// Runs a statement on the file behind the storage's back.
async fn sql(dir: &tempfile::TempDir, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(dir.path().join("campanile.db"));
    let mut file = options.connect().await.expect("opened");
    let done = sqlx::query(statement).execute(&mut file).await;
    done.expect("a good statement");
}

#[tokio::test]
async fn a_plan_repeated_makes_the_same_rows() {
    let (storage, dir) = make().await;
    let sql = async |statement| sql(&dir, statement).await;
    campanile_storage_contract::relay::a_plan_repeated_makes_the_same_rows(storage, sql).await;
}

#[tokio::test]
async fn an_unreadable_answer_concerns_its_own_request_only() {
    let (storage, dir) = make().await;
    let sql = async |statement| sql(&dir, statement).await;
    campanile_storage_contract::idempotency::an_unreadable_answer_concerns_its_own_request_only(
        storage, sql,
    )
    .await;
}
