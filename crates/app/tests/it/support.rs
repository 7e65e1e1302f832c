//! A database file with one tenant.

use campanile_domain::TenantId;
use campanile_storage::Tenants;
use campanile_storage_sqlite::SqliteStorage;
use chrono::Utc;
use tempfile::TempDir;

/// The tenant that every test is about.
pub fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

/// A new file, which goes with its folder.
pub async fn storage() -> (TempDir, SqliteStorage) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let storage = SqliteStorage::open(&path).await.unwrap();
    storage.create_tenant(&acme(), Utc::now()).await.unwrap();
    (folder, storage)
}
