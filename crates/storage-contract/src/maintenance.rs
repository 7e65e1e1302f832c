//! Chores and numbers.

use std::sync::Arc;

use campanile_domain::WorkerId;
use chrono::TimeDelta;

use super::fixture::{accept, dispatched, fanout, notification, now, tenants, user};
use campanile_storage::{Storage, WorkerRow};

/// Each notification is counted where it is, and the oldest one's age.
pub async fn depth_counts_what_waits(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    dispatched(storage.as_ref(), &acme, &["a", "b"]).await;
    let mut later = notification(&other, "u");
    later.send_at = Some(later.created_at + TimeDelta::hours(1));
    accept(storage.as_ref(), vec![later]).await;
    accept(
        storage.as_ref(),
        ["a", "b", "c"].map(|u| notification(&other, u)).into(),
    )
    .await;
    let depth = storage
        .depth(now() + TimeDelta::seconds(90))
        .await
        .expect("counted");
    assert_eq!((depth.outbox, depth.dispatched, depth.scheduled), (3, 2, 1));
    assert!((89..=120).contains(&depth.oldest_age_s), "{depth:?}");
}

/// The silent are forgotten, the living stay, those who leave are gone.
pub async fn workers_come_and_go(storage: Arc<dyn Storage>) {
    let start = now();
    let row = |seconds: i64| WorkerRow {
        id: WorkerId::at(start),
        host: "box".into(),
        heartbeat_at: start + TimeDelta::seconds(seconds),
    };
    let (mut silent, living, leaving) = (row(0), row(60), row(0));
    for worker in [&silent, &living, &leaving] {
        storage.heartbeat(worker).await.expect("beaten");
    }
    storage.leave(leaving.id).await.expect("left");
    let before = start + TimeDelta::seconds(30);
    assert_eq!(storage.forget_silent(before).await.expect("swept"), 1);
    // A heartbeat brings it back, a second one only refreshes it.
    silent.heartbeat_at = start;
    storage.heartbeat(&silent).await.expect("beaten");
    silent.heartbeat_at = start + TimeDelta::seconds(60);
    storage.heartbeat(&silent).await.expect("beaten");
    assert_eq!(storage.forget_silent(before).await.expect("swept"), 0);
}

/// In less time than anybody would wait.
pub async fn a_ping_answers(storage: Arc<dyn Storage>) {
    assert!(storage.ping().await.expect("up") < std::time::Duration::from_secs(2));
}

/// A second time changes nothing, and what comes after still fits.
pub async fn partitions_ahead_are_made_any_number_of_times(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for _ in 0..2 {
        storage
            .make_partitions_ahead(now() + TimeDelta::days(3))
            .await
            .expect("made");
    }
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;
}

/// A table that has grown is analyzed once, by one of many who ask, and then not until it has grown again.
pub async fn what_has_grown_is_analyzed_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let topic = fanout(&acme).topic;
    let subscribe = async |numbers: std::ops::Range<usize>| {
        let users: Vec<_> = numbers.map(|n| user(&format!("u{n}"))).collect();
        let subscribed = storage.subscribe(&acme, &topic, &users, now());
        subscribed.await.expect("subscribed");
    };
    let analyzed = async || {
        let mut analyzed = Vec::new();
        while let Some(table) = storage.analyze_grown().await.expect("analyzed") {
            analyzed.push(table);
        }
        analyzed.retain(|table| table == "topic_subscribers");
        analyzed.len()
    };
    subscribe(0..2_000).await;
    let (one, other) = tokio::join!(analyzed(), analyzed());
    assert_eq!(one + other, 1);
    subscribe(2_000..4_000).await;
    assert_eq!(analyzed().await, 0, "twice as large");
    // A back end may estimate what it holds.
    subscribe(4_000..60_000).await;
    assert_eq!(analyzed().await, 1, "thirty times as large");
}
