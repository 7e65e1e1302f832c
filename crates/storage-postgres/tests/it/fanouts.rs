//! Fan-outs and recalls whose notifications the database refuses, and workers whose clock is wrong.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;

use campanile_domain::{FanoutStatus, TopicKey};
use campanile_pipeline::{NoWords, cancel_fanout, recall_step, start_fanout, step_fanout};
use campanile_storage::{Fanouts, Maintenance, NewFanout, StepLimits, StorageError, Topics};
use campanile_storage_contract::fanouts::{
    REFUSED, a_recall_that_fails_is_put_off, what_fails_is_put_off,
};
use campanile_storage_contract::fixture::{fanout, now, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};

/// Refuses to store notifications of [`REFUSED`], new ones and old ones alike, or stops doing so.
async fn refuse(database: &TestDatabase, on: bool) {
    let sql = if on {
        format!(
            "ALTER TABLE notifications ADD CONSTRAINT refuse
                 CHECK (correlation_id <> '{REFUSED}') NOT VALID"
        )
    } else {
        "ALTER TABLE notifications DROP CONSTRAINT refuse".into()
    };
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let done = sqlx::raw_sql(&sql).execute(&mut raw).await;
    done.unwrap();
    raw.close().await.unwrap();
}

#[tokio::test]
async fn what_fails_delays_nobody_else() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    what_fails_is_put_off(&storage, async |on| refuse(&database, on).await).await;
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_recall_that_fails_delays_no_other() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    a_recall_that_fails_is_put_off(&storage, async |on| refuse(&database, on).await).await;
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_wrong_clock_ends_nothing_and_blames_nobody() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    let news = TopicKey::parse("news").unwrap();
    let subscribed = storage.subscribe(&acme, &news, &[user("u")], now()).await;
    subscribed.unwrap();
    let mut sent = fanout(&acme);
    sent.expires_at = Some(now() + TimeDelta::minutes(1));
    let id = sent.id;
    let new = Arc::new(NewFanout {
        fanout: sent,
        idempotency: None,
    });
    start_fanout(&storage, new).await.unwrap();

    let limits = StepLimits::default();
    let ahead = step_fanout(
        &storage,
        NoWords::shared(),
        limits,
        None,
        now() + TimeDelta::hours(1),
    );
    let refused = ahead.await.expect_err("a wrong clock");
    assert!(
        matches!(refused, StorageError::ClockSkew { .. }),
        "{refused}"
    );
    let open = storage.fanout(&acme, id).await.unwrap().unwrap();
    assert_eq!(open.status, FanoutStatus::Pending);
    // It is due as before, and its one step is done by whoever has the right time.
    let turn = step_fanout(&storage, NoWords::shared(), limits, None, now())
        .await
        .unwrap();
    let step = turn.step.unwrap();
    assert_eq!((step.id, step.notifications), (id, 1));

    cancel_fanout(&storage, &acme, id, now()).await.unwrap();
    let ahead = recall_step(&storage, None, now() + TimeDelta::hours(1));
    let refused = ahead.await.expect_err("a wrong clock");
    assert!(
        matches!(refused, StorageError::ClockSkew { .. }),
        "{refused}"
    );
    let turn = recall_step(&storage, None, now()).await.unwrap();
    assert_eq!(turn.step.unwrap().notifications, 1);
    storage.close().await;
    database.close().await;
}
