//! The promises of `campanile-storage`, on a file.

use std::sync::Arc;

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
    (Arc::new(storage), dir)
}

storage_contract!(make);

#[tokio::test]
async fn a_plan_repeated_makes_the_same_rows() {
    let (storage, dir) = make().await;
    let sql = async |statement| {
        let options = SqliteConnectOptions::new().filename(dir.path().join("campanile.db"));
        let mut file = options.connect().await.expect("opened");
        let done = sqlx::query(statement).execute(&mut file).await;
        done.expect("a good statement");
    };
    campanile_storage_contract::relay::a_plan_repeated_makes_the_same_rows(storage, sql).await;
}
