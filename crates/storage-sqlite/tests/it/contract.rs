//! The promises of `campanile-storage`, on a file.

use std::sync::Arc;

use campanile_storage::Storage;
use campanile_storage_contract::storage_contract;
use campanile_storage_sqlite::SqliteStorage;

async fn make() -> (Arc<dyn Storage>, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(&dir.path().join("campanile.db"))
        .await
        .expect("opened");
    (Arc::new(storage), dir)
}

storage_contract!(make);
