//! Texts that are sealed stand nowhere in the file, and are gone with their tenant's key, in copies too.

use std::path::Path;
use std::sync::Arc;

use campanile_domain::{Device, DeviceId, DeviceKind, DeviceValue, Platform};
use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::Storage;
use campanile_storage_contract::fixture::{now, tenants, user};
use campanile_storage_contract::resealed_addresses::{
    Raw, a_rotation_seals_addresses_again, what_a_newer_release_seals_keeps_the_former_key,
};
use campanile_storage_contract::sealed_addresses::{
    addresses_of_all_times_are_found, without_addresses,
};
use campanile_storage_contract::sealing::{
    Masters, Process, SECRET, a_new_master_key_takes_over, rows_of_all_times_are_read,
    what_cannot_be_read_is_no_repetition, what_is_deleted_keeps_no_texts,
    what_lies_in_the_open_is_sealed, without_texts,
};
use campanile_storage_sqlite::SqliteStorage;
use sqlx::{Connection, SqliteConnection};

async fn open(path: &Path, master: &Arc<MasterKey>, process: Process) -> Arc<dyn Storage> {
    let storage = SqliteStorage::open(path).await.unwrap();
    let master = (process != Process::HasNoKey).then(|| Arc::clone(master));
    let ring = KeyRing::new(master, process == Process::Seals);
    Arc::new(storage.with_keys(Arc::new(ring)))
}

async fn sql(path: &Path, statement: &str) {
    let address = format!("sqlite://{}", path.display());
    let mut raw = SqliteConnection::connect(&address).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

fn has_secret(path: &Path) -> bool {
    let bytes = std::fs::read(path).unwrap().to_ascii_lowercase();
    let mut windows = bytes.windows(SECRET.len());
    windows.any(|window| window == SECRET.as_bytes())
}

#[tokio::test]
async fn sealed_texts_are_opened_with_their_key_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let acme =
        rows_of_all_times_are_read(async |process| open(&path, &master, process).await).await;
    assert!(!has_secret(&path));

    let copy = dir.path().join("copy.db");
    sql(&path, &format!("VACUUM INTO '{}'", copy.display())).await;
    assert!(!has_secret(&copy));
    // What the removal of a tenant begins with.
    sql(&copy, "DELETE FROM tenant_keys").await;
    let storage = open(&copy, &master, Process::Opens).await;
    without_texts(&storage, &acme).await;
    storage.close().await;
}

#[tokio::test]
async fn what_is_deleted_is_gone_in_the_row() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let opened = async |process| open(&path, &master, process).await;
    let [deleted, kept] = what_is_deleted_keeps_no_texts(opened).await;
    let address = format!("sqlite://{}", path.display());
    let mut raw = SqliteConnection::connect(&address).await.unwrap();
    for (id, has_texts) in [(deleted, false), (kept, true)] {
        let sealed = "SELECT sealed IS NOT NULL FROM notifications WHERE id = ?";
        let sealed = sqlx::query_scalar(sealed).bind(id.0);
        assert_eq!(sealed.fetch_one(&mut raw).await.ok(), Some(has_texts));
    }
    raw.close().await.unwrap();
}

#[tokio::test]
async fn unreadable_texts_are_not_compared() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    what_cannot_be_read_is_no_repetition(async |process| open(&path, &master, process).await).await;
}

#[tokio::test]
async fn what_lies_in_the_open_is_sealed_later() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    what_lies_in_the_open_is_sealed(async |process| open(&path, &master, process).await).await;
    assert!(!has_secret(&path));
}

#[tokio::test]
async fn the_master_key_is_rotated() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let texts = [(), ()].map(|()| MasterKey::generate().unwrap());
    let key = |at: usize| MasterKey::parse(&texts[at]).unwrap();
    let opened = async |masters| {
        let master = match masters {
            Masters::Old => key(0),
            Masters::Both => key(1).and_previous(key(0)),
            Masters::New => key(1),
        };
        open(&path, &Arc::new(master), Process::Seals).await
    };
    a_new_master_key_takes_over(opened).await;
}

#[tokio::test]
async fn sealed_addresses_are_found_with_their_key_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let opened = async |process| open(&path, &master, process).await;
    let acme = addresses_of_all_times_are_found(opened).await;

    // What was planned before it was switched on stays as it was.
    let planned = "DELETE FROM deliveries WHERE instr(address, char(1)) = 0";
    sql(&path, planned).await;
    let copy = dir.path().join("copy.db");
    sql(&path, &format!("VACUUM INTO '{}'", copy.display())).await;
    assert!(!has_secret(&copy));
    sql(&copy, "DELETE FROM tenant_keys").await;
    let storage = open(&copy, &master, Process::Opens).await;
    without_addresses(&storage, &acme, true).await;
    storage.close().await;
}

/// As after the import of a tenant of a cluster.
#[tokio::test]
async fn a_device_that_is_there_in_two_forms_registers_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let storage = open(&path, &master, Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let device = || Device {
        id: DeviceId::at(now()),
        tenant: acme.clone(),
        user_id: user("u"),
        kind: DeviceKind::Token,
        value: DeviceValue::parse("abc").unwrap(),
        platform: Platform::Android,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now(),
        last_seen: now(),
    };
    storage.put_device(&device()).await.unwrap();
    let stored = storage.devices(&acme, &user("u")).await.unwrap();
    storage.close().await;
    drop(storage);
    sql(
        &path,
        "INSERT INTO devices (tenant, id, user_id, kind, value, platform, created_at, last_seen)
         SELECT tenant, randomblob(16), user_id, kind, 'abc', platform, created_at, last_seen - 1 FROM devices",
    )
    .await;
    let storage = open(&path, &master, Process::Seals).await;
    storage.put_device(&device()).await.unwrap();
    let again = storage.devices(&acme, &user("u")).await.unwrap();
    assert_eq!(again[0].id, stored[0].id);
    assert_eq!(again.len(), 1);
    storage.close().await;
}

const RAW: Raw = Raw {
    id: "randomblob(16)",
    earlier: "last_seen - 60000000",
    later_kind: "PRAGMA ignore_check_constraints = ON; UPDATE devices SET kind = 'later'",
};

#[tokio::test]
async fn addresses_are_sealed_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    a_rotation_seals_addresses_again(
        async |process| open(&path, &master, process).await,
        async |statement| sql(&path, &statement).await,
        RAW,
    )
    .await;
    assert!(!has_secret(&path));
}

#[tokio::test]
async fn a_newer_release_ends_a_rotation_that_it_has_a_part_in() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("campanile.db");
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    what_a_newer_release_seals_keeps_the_former_key(
        async |process| open(&path, &master, process).await,
        async |statement| sql(&path, &statement).await,
        RAW,
    )
    .await;
}
