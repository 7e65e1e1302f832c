//! Accepting on a real server: callers who go away, clocks that differ, connections that break.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::time::Duration;

use campanile_storage::{
    Accept, AcceptOutcome, Maintenance, Storage, StorageError, UNREADABLE_PAUSE,
};
use campanile_storage_contract::fixture::{
    accept, item, notification, now, plan, release, tenants,
};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::proxy::FaultProxy;
use chrono::TimeDelta;
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinSet;
use url::Url;

async fn make() -> (Arc<PostgresStorage>, TestDatabase) {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    (
        Arc::new(PostgresStorage::connect(settings).await.unwrap()),
        database,
    )
}

/// A cancelled transaction must not linger on its connection: what the next caller stores there
/// would be acknowledged and never committed.
#[tokio::test]
async fn two_hundred_cancelled_requests_cost_no_acknowledged_row() {
    let (storage, database) = make().await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut acknowledged = Vec::new();
    for round in 0..200 {
        let cancelled = storage.accept([item(vec![notification(&acme, "cancelled")])].into());
        // Another point of the conversation each time: never polled, begun, in the statement.
        tokio::select! {
            biased;
            () = async { for _ in 0..round % 40 { tokio::task::yield_now().await } } => {}
            _ = cancelled => {}
        }
        // Reads are cancelled in the middle of their transactions.
        let mut reads = JoinSet::new();
        let reader = Arc::clone(&storage);
        let (tenant, id) = (acme.clone(), notification(&acme, "x").id);
        reads.spawn(async move { reader.was_accepted(&tenant, id).await });
        tokio::task::yield_now().await;
        reads.abort_all();
        let kept = notification(&acme, "kept");
        acknowledged.push(kept.id);
        accept(storage.as_ref(), vec![kept]).await;
    }
    let fresh = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    for id in acknowledged {
        assert!(
            fresh.was_accepted(&acme, id).await.unwrap(),
            "acknowledged and gone: {id}"
        );
    }
    database.close().await;
}

#[tokio::test]
async fn a_stamp_far_from_the_databases_clock_is_refused() {
    let (storage, database) = make().await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for off in [
        TimeDelta::seconds(60),
        TimeDelta::days(-40),
        TimeDelta::days(400),
    ] {
        let mut one = notification(&acme, "u");
        one.created_at = now() + off;
        one.id = campanile_domain::NotificationId::at(one.created_at);
        let id = one.id;
        let refused = storage
            .accept([item(vec![one])].into())
            .await
            .expect_err("a wrong clock");
        assert!(
            matches!(refused, StorageError::ClockSkew { .. }),
            "{off}: {refused}"
        );
        assert!(!storage.was_accepted(&acme, id).await.unwrap());
    }
    database.close().await;
}

#[tokio::test]
async fn connections_killed_by_the_server_are_replaced_without_an_error() {
    let (storage, database) = make().await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    for _ in 0..5 {
        accept(storage.as_ref(), vec![notification(&acme, "u")]).await;
        server
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
        let one = notification(&acme, "u");
        let id = one.id;
        accept(storage.as_ref(), vec![one]).await;
        assert!(storage.was_accepted(&acme, id).await.unwrap());
    }
    let storage: &dyn Storage = storage.as_ref();
    assert_eq!(storage.depth(now()).await.unwrap().outbox, 10);
    server.close().await.ok();
    database.close().await;
}

/// A back end whose way to the server can be cut.
async fn behind_a_proxy() -> (Arc<PostgresStorage>, TestDatabase, FaultProxy) {
    let database = TestDatabase::create().await;
    let mut settings = database.settings(Role::Worker);
    let mut address = Url::parse(&settings.app_url).unwrap();
    let (host, port) = (address.host_str().unwrap(), address.port().unwrap_or(5432));
    let proxy = FaultProxy::start(&format!("{host}:{port}")).await;
    address.set_port(Some(proxy.address().port())).unwrap();
    settings.app_url = address.into();
    let storage = PostgresStorage::connect(settings).await.unwrap();
    (Arc::new(storage), database, proxy)
}

/// Waits until so many statements stand before the lock on the outbox.
async fn held_up(statements: i64, database: &TestDatabase) {
    let mut watch = PgConnection::connect(database.url()).await.unwrap();
    let held_up =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'outbox'::regclass";
    loop {
        let found: i64 = sqlx::query_scalar(held_up)
            .fetch_one(&mut watch)
            .await
            .unwrap();
        if found >= statements {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server that was gone is asked for by one task, which needs a moment.
async fn until_it_is_back(storage: &PostgresStorage) {
    while storage.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the server does while an answer is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    /// It takes the second try, which waits for the first.
    Waits,
    /// It takes the second try, and ends both.
    GivesUp,
    /// It takes no other.
    IsAway,
}

/// Statements that commit by themselves, and whose answers nobody hears: each is stored once, or said to be unknown.
#[tokio::test]
async fn an_accept_whose_answer_is_lost_is_stored_once() {
    let (storage, database, proxy) = behind_a_proxy().await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut other = PgConnection::connect(database.url()).await.unwrap();
    for meanwhile in [Meanwhile::Waits, Meanwhile::GivesUp, Meanwhile::IsAway] {
        // It has a session and a prepared statement.
        accept(storage.as_ref(), vec![notification(&acme, "before")]).await;
        let mut lock = other.begin().await.unwrap();
        lock.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
            .await
            .unwrap();
        let one = notification(&acme, "lost");
        let second = item(vec![notification(&acme, "beside")]);
        let (accepting, id) = (Arc::clone(&storage), one.id);
        let accepting =
            tokio::spawn(async move { accepting.accept([item(vec![one]), second].into()).await });
        held_up(1, &database).await;
        // The server goes on with it and finds nobody to tell.
        proxy.cut();
        if meanwhile != Meanwhile::IsAway {
            proxy.restore().await;
            // The second try stands behind the first.
            held_up(2, &database).await;
        }
        if meanwhile == Meanwhile::GivesUp {
            // Both have stood before the lock for as long as a statement may.
            let outcome = accepting.await.unwrap();
            let unknown = matches!(outcome, Err(StorageError::CommitUnknown(_)));
            assert!(unknown, "{outcome:?}");
            lock.rollback().await.unwrap();
            assert!(!storage.was_accepted(&acme, id).await.unwrap());
            continue;
        }
        lock.rollback().await.unwrap();
        let outcome = accepting.await.unwrap();
        if meanwhile == Meanwhile::IsAway {
            let unknown = matches!(outcome, Err(StorageError::CommitUnknown(_)));
            assert!(unknown, "{outcome:?}");
            proxy.restore().await;
            until_it_is_back(&storage).await;
        } else {
            assert_eq!(
                outcome.unwrap(),
                [AcceptOutcome::Accepted, AcceptOutcome::Accepted]
            );
        }
        // The server may still be at the statement whose answer was lost.
        let accepted = async {
            while !storage.was_accepted(&acme, id).await.unwrap() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), accepted).await;
        assert!(in_time.is_ok(), "it is not stored");
    }
    let storage: &dyn Storage = storage.as_ref();
    assert_eq!(storage.depth(now()).await.unwrap().outbox, 7);
    other.close().await.ok();
    database.close().await;
}

/// Another version wrote it: the innocent go on.
#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_nobody_else() {
    let (storage, database) = make().await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let [bad, good] = [notification(&acme, "bad"), notification(&acme, "good")];
    accept(storage.as_ref(), vec![bad.clone(), good]).await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    raw.execute("ALTER TABLE notifications DROP CONSTRAINT notifications_channels_check")
        .await
        .unwrap();
    sqlx::query("UPDATE notifications SET channels = ARRAY['Pigeon'] WHERE id = $1")
        .bind(bad.id.0)
        .execute(&mut raw)
        .await
        .unwrap();
    assert_eq!(plan(storage.as_ref(), &[acme]).await.notifications, 1);
    let again = now() + UNREADABLE_PAUSE;
    let early = release(storage.as_ref(), again - TimeDelta::minutes(1));
    assert_eq!(early.await.notifications, 0);
    let due = release(storage.as_ref(), again + TimeDelta::minutes(1));
    assert_eq!(due.await.notifications, 1);
}
