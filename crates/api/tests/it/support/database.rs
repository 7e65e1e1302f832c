//! A database file of a test's own.

use std::path::PathBuf;
use std::sync::Arc;

use campanile_domain::TenantId;
use campanile_storage::{Storage, Tenants};
use campanile_storage_sqlite::SqliteStorage;
use chrono::Utc;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use uuid::Uuid;

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("campanile-api-{}", Uuid::now_v7()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("test.db")
    }

    /// A new file with two tenants.
    pub async fn open(&self) -> Arc<dyn Storage> {
        let storage = SqliteStorage::open(&self.file()).await.unwrap();
        for tenant in ["acme", "other"] {
            let tenant = TenantId::parse(tenant).unwrap();
            storage.create_tenant(&tenant, Utc::now()).await.unwrap();
        }
        Arc::new(storage)
    }

    /// For what no trait of the storage can write or read.
    pub async fn connect(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file());
        options.connect().await.unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
