//! What only a single file has to keep: its lock, its merged commits, its life after a restart.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::path::Path;
use std::sync::Arc;

use campanile_storage::{Accept, Maintenance, Storage, StorageError, UNREADABLE_PAUSE};
use campanile_storage_contract::fixture::{
    accept, item, notification, now, plan, release, tenant, tenants,
};
use campanile_storage_sqlite::SqliteStorage;
use chrono::TimeDelta;
use sqlx::{Connection, SqliteConnection};

async fn open(dir: &Path) -> Result<SqliteStorage, StorageError> {
    SqliteStorage::open(&dir.join("campanile.db")).await
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_has_closed() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).await.unwrap();
    let Err(refused) = open(dir.path()).await else {
        panic!("two writers on one file")
    };
    assert!(
        refused
            .to_string()
            .contains("another campanile process has it open"),
        "{refused}"
    );
    drop(first);
    open(dir.path()).await.expect("free again");
}

#[tokio::test]
async fn what_was_accepted_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let storage = open(dir.path()).await.unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    let kept = notification(&acme, "u");
    accept(&storage, vec![kept.clone()]).await;
    // Not closed: the process is gone, the log is still to be replayed.
    drop(storage);
    let storage = open(dir.path()).await.unwrap();
    assert!(storage.was_accepted(&acme, kept.id).await.unwrap());
    assert_eq!(plan(&storage, &[acme]).await.notifications, 1);
}

#[tokio::test]
async fn many_callers_share_few_commits() {
    let dir = tempfile::tempdir().unwrap();
    let storage = Arc::new(open(dir.path()).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let before = storage.commits();
    let callers: Vec<_> = (0..200)
        .map(|n| {
            let (storage, one) = (Arc::clone(&storage), notification(&acme, &format!("u{n}")));
            tokio::spawn(async move { storage.accept([item(vec![one])].into()).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().expect("stored");
    }
    let commits = storage.commits() - before;
    // 64 in one commit at most, and those that come while one is being made share the next.
    assert!(
        (4..=50).contains(&commits),
        "{commits} commits for 200 callers"
    );
}

#[tokio::test]
async fn a_failing_write_spares_its_neighbours_in_the_commit() {
    let dir = tempfile::tempdir().unwrap();
    let storage = Arc::new(open(dir.path()).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let taken = notification(&acme, "u");
    accept(storage.as_ref(), vec![taken.clone()]).await;
    let callers: Vec<_> = (0..40)
        .map(|n| {
            let one = if n % 4 == 0 {
                taken.clone()
            } else {
                notification(&acme, "v")
            };
            let storage = Arc::clone(&storage);
            tokio::spawn(async move { storage.accept([item(vec![one])].into()).await.is_ok() })
        })
        .collect();
    for (n, caller) in callers.into_iter().enumerate() {
        assert_eq!(caller.await.unwrap(), n % 4 != 0, "caller {n}");
    }
    assert_eq!(storage.depth(now()).await.unwrap().outbox, 31);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let storage = Arc::new(open(dir.path()).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for n in 0..50 {
        let request = item(
            (0..3)
                .map(|u| notification(&acme, &format!("u{n}-{u}")))
                .collect(),
        );
        let ids: Vec<_> = request.notifications.iter().map(|one| one.id).collect();
        let accepting = {
            let storage = Arc::clone(&storage);
            tokio::spawn(async move { storage.accept([request].into()).await })
        };
        tokio::task::yield_now().await;
        accepting.abort();
        let acknowledged = matches!(accepting.await, Ok(Ok(_)));
        // Behind whatever is left of it in the writer's queue.
        accept(storage.as_ref(), vec![notification(&acme, "after")]).await;
        let mut there = Vec::new();
        for id in ids {
            there.push(storage.was_accepted(&acme, id).await.unwrap());
        }
        there.dedup();
        assert_eq!(there.len(), 1, "half a request");
        assert!(there[0] || !acknowledged, "an acknowledged request is gone");
    }
}

#[tokio::test]
async fn a_newer_files_schema_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let storage = open(dir.path()).await.unwrap();
    storage.close().await;
    drop(storage);
    // The version stands at byte 60 of the header (SQLite's file format, section 1.3.13).
    let path = dir.path().join("campanile.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    let Err(refused) = open(dir.path()).await else {
        panic!("opened a newer file")
    };
    assert!(refused.to_string().contains("version 99"), "{refused}");
}

#[tokio::test]
async fn the_tenant_default_is_there_from_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let storage: Arc<dyn Storage> = Arc::new(open(dir.path()).await.unwrap());
    assert!(storage.tenant(&tenant("default")).await.unwrap().is_some());
}

/// Another version wrote it, or the disk did: the innocent go on.
#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let storage = open(dir.path()).await.unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    let [bad, good] = [notification(&acme, "bad"), notification(&acme, "good")];
    accept(&storage, vec![bad.clone(), good]).await;
    drop(storage);
    let file = dir.path().join("campanile.db");
    let mut raw = SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    sqlx::query("UPDATE notifications SET channels = 'Pigeon' WHERE id = ?")
        .bind(bad.id.0)
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    let storage = open(dir.path()).await.unwrap();
    assert_eq!(plan(&storage, &[acme]).await.notifications, 1);
    let again = now() + UNREADABLE_PAUSE;
    let early = release(&storage, again - TimeDelta::minutes(1));
    assert_eq!(early.await.notifications, 0);
    let due = release(&storage, again + TimeDelta::minutes(1));
    assert_eq!(due.await.notifications, 1);
}
