//! After an erasure nothing of the person stands in the file.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use campanile_pipeline::erase_user;
use campanile_storage::Maintenance;
use campanile_storage_contract::fixture::{accept, notification, tenants, user as user_id};
use campanile_storage_sqlite::SqliteStorage;
use uuid::Uuid;

const USERS: usize = 400;
const PER_USER: usize = 20;

async fn open(dir: &Path) -> SqliteStorage {
    SqliteStorage::open(&dir.join("campanile.db"))
        .await
        .unwrap()
}

/// How often a text stands in the files of a directory.
fn count(dir: &Path, text: &str) -> usize {
    let files = std::fs::read_dir(dir).unwrap();
    files
        .map(|file| {
            // SQLite removes its log and its index when it closes the last connection: what is gone holds nothing.
            let bytes = match std::fs::read(file.unwrap().path()) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
                read => read.unwrap(),
            };
            let windows = bytes.windows(text.len());
            windows.filter(|window| *window == text.as_bytes()).count()
        })
        .sum()
}

/// Many users in no order, so that pages are split and rows move between them: that is when SQLite leaves
/// copies behind, in spite of `secure_delete`.
#[tokio::test]
async fn pages_that_were_split_keep_no_copies() {
    let dir = tempfile::tempdir().unwrap();
    let storage = open(dir.path()).await;
    let [acme] = tenants(&storage, ["acme"]).await;
    // The same ones in each run; the first letters say where they stand, the last ones what becomes of them.
    let users: Vec<_> = (1..=USERS as u128)
        .map(|n| {
            let fate = if n % 2 == 0 { "gone" } else { "stays" };
            let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            format!("{}-{fate}", Uuid::from_u128(spread))
        })
        .collect();
    for turn in 0..PER_USER {
        let batch = users.iter().map(|user| {
            let mut one = notification(&acme, user);
            one.content = format!(r#"{{"text":"{}"}}"#, "x".repeat(turn * 7 % 300)).into();
            one
        });
        accept(&storage, batch.collect()).await;
    }
    assert!(count(dir.path(), "-gone") > 0);
    for user in users.iter().filter(|user| user.ends_with("-gone")) {
        assert!(
            erase_user(&storage, &acme, &user_id(user), chrono::Utc::now())
                .await
                .unwrap()
        );
    }
    storage.close().await;
    drop(storage);
    assert_eq!(count(dir.path(), "-gone"), 0);
    assert!(count(dir.path(), "-stays") > 0);
}

/// What a killed process owed is done at the next start.
#[tokio::test]
async fn a_kill_after_the_erasure_puts_it_off_only() {
    let dir = tempfile::tempdir().unwrap();
    let storage = open(dir.path()).await;
    let [acme] = tenants(&storage, ["acme"]).await;
    let user = Uuid::new_v4().to_string();
    accept(&storage, vec![notification(&acme, &user)]).await;
    assert!(
        erase_user(&storage, &acme, &user_id(&user), chrono::Utc::now())
            .await
            .unwrap()
    );
    // The log was emptied before the erasure was confirmed.
    assert_eq!(count(dir.path(), &user), 0);
    drop(storage);
    let storage = open(dir.path()).await;
    storage.close().await;
    assert_eq!(count(dir.path(), &user), 0);
}

#[tokio::test]
async fn all_files_are_for_their_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    // An older version's, which others could read.
    let older = dir.path().join("campanile.db");
    std::fs::write(&older, "").unwrap();
    std::fs::set_permissions(&older, std::fs::Permissions::from_mode(0o644)).unwrap();
    let storage = open(dir.path()).await;
    let [acme] = tenants(&storage, ["acme"]).await;
    accept(&storage, vec![notification(&acme, "u")]).await;
    let mut names = Vec::new();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600, "{file:?}");
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    let suffixes = ["db", "db-shm", "db-wal", "lock"];
    assert_eq!(names, suffixes.map(|suffix| format!("campanile.{suffix}")));
    storage.close().await;
}

#[tokio::test]
async fn planted_links_are_refused_by_name() {
    let outside = tempfile::tempdir().unwrap();
    let theirs = outside.path().join("theirs");
    std::fs::write(&theirs, "theirs").unwrap();
    for name in [
        "campanile.db",
        "campanile.lock",
        "campanile.db-wal",
        "campanile.db-shm",
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&theirs, dir.path().join(name)).unwrap();
        let Err(refused) = SqliteStorage::open(&dir.path().join("campanile.db")).await else {
            panic!("followed {name}")
        };
        let refused = refused.to_string();
        assert!(
            refused.contains(name) && refused.contains("symbolic link"),
            "{refused}"
        );
        assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "theirs");
    }
}
