//! What changing an inbox costs the database, and what it finds that somebody else has just changed.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_domain::{Channel, InboxChange, Withdrawal};
use campanile_pipeline::{change_notification, delete_notification};
use campanile_storage::{Inbox, InboxFilter, PageSize, PageStart};
use campanile_storage_contract::fixture::{
    accept, dispatched, load, notification, now, tenants, user,
};
use campanile_storage_contract::withdrawal;
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, PgConnection};

async fn make() -> (PostgresStorage, TestDatabase) {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    (PostgresStorage::connect(settings).await.unwrap(), database)
}

/// Updates of a table's partitions, and how many of them stayed within the page.
async fn updates(database: &TestDatabase, table: &str) -> (i64, i64) {
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    // What a session counted is seen by others when it ends, and here it has.
    let counted = sqlx::query_as(
        "SELECT coalesce(sum(n_tup_upd), 0)::bigint, coalesce(sum(n_tup_hot_upd), 0)::bigint
         FROM pg_stat_user_tables WHERE relname LIKE $1",
    );
    let counted = counted.bind(format!("{table}_%"));
    let counted = counted.fetch_one(&mut raw).await.unwrap();
    raw.close().await.ok();
    counted
}

#[tokio::test]
async fn only_reading_and_putting_off_touch_an_index() {
    let (storage, database) = make().await;
    let [acme] = tenants(&storage, ["acme"]).await;
    let u = user("u");
    let made: Vec<_> = (0..20).map(|_| notification(&acme, "u")).collect();
    accept(&storage, made.clone()).await;
    for one in &made {
        for change in [
            InboxChange::Seen,
            InboxChange::Archive,
            InboxChange::Unarchive,
        ] {
            let changed = change_notification(&storage, &acme, &u, one.id, change, now());
            changed.await.unwrap().unwrap();
        }
    }
    for one in &made[..5] {
        let deleted = delete_notification(&storage, &acme, &u, one.id, now());
        deleted.await.unwrap().unwrap();
    }
    campanile_storage::Maintenance::close(&storage).await;
    let (all, hot) = updates(&database, "notifications").await;
    assert_eq!(all, 65);
    // A full page makes a few of them move.
    assert!(hot >= 50, "{hot} of {all}");
    database.close().await;
}

/// A plan that saw it unread may commit after the read: the worker learns it when it loads.
#[tokio::test]
async fn a_worker_is_reported_what_was_read_archived_or_deleted_since_the_plan() {
    let (storage, database) = make().await;
    let [acme] = tenants(&storage, ["acme"]).await;
    let dispatch = dispatched(&storage, &acme, &["u"]).await;
    for (tampered, expected) in [
        ("UPDATE notifications SET seen_at = now()", None),
        (
            "UPDATE notifications SET archived_at = now()",
            Some(Withdrawal::Archived),
        ),
        (
            "UPDATE notifications SET read_at = now()",
            Some(Withdrawal::Read),
        ),
        (
            "UPDATE notifications SET deleted_at = now()",
            Some(Withdrawal::Deleted),
        ),
    ] {
        assert_eq!(database.tamper(tampered).await, 1);
        let jobs = load(&storage, &dispatch).await.unwrap().jobs;
        assert_eq!(jobs[0].standing.withdrawn, expected, "{tampered}");
    }
    database.close().await;
}

/// All who lock deliveries do it in the same order.
#[tokio::test]
async fn reading_all_and_recording_never_wait_for_each_other_in_a_circle() {
    let (storage, database) = make().await;
    let storage: std::sync::Arc<dyn campanile_storage::Storage> = std::sync::Arc::new(storage);
    withdrawal::a_read_all_and_a_record_pass_each_other(storage.clone()).await;
    storage.close().await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    // What a session counted is seen by others when it ends, and here it has.
    let deadlocks: i64 = sqlx::query_scalar(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    .fetch_one(&mut raw)
    .await
    .unwrap();
    assert_eq!(deadlocks, 0);
    raw.close().await.ok();
    database.close().await;
}

/// Two changes at once read the same marks; the one that comes second must not write over the first.
#[tokio::test]
async fn changes_at_once_keep_each_others_marks() {
    let (storage, database) = make().await;
    let [acme] = tenants(&storage, ["acme"]).await;
    let u = user("u");
    for _ in 0..30 {
        let mut one = notification(&acme, "u");
        one.channels = Some(vec![Channel::InApp]);
        let id = one.id;
        accept(&storage, vec![one]).await;
        let change = |change| change_notification(&storage, &acme, &u, id, change, now());
        let both = tokio::join!(change(InboxChange::Read), change(InboxChange::Archive));
        both.0.unwrap().unwrap();
        both.1.unwrap().unwrap();
        let archive = InboxFilter {
            archived: true,
            ..InboxFilter::default()
        };
        let page = storage.inbox_page(
            &acme,
            &u,
            &archive,
            PageStart::Offset(0),
            PageSize::rows(1),
            now(),
        );
        let page = page.await.unwrap();
        let marks = page.items[0].marks;
        assert_eq!(page.items[0].notification.id, id);
        assert!(marks.read_at.is_some() && marks.archived_at.is_some());
    }
    database.close().await;
}
