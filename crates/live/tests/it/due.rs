//! What an inbox shows by itself reaches its streams: scheduled notifications, and those that return from a snooze.

use std::sync::Arc;

use campanile_domain::{InboxChange, ManualClock, NotificationId};
use campanile_live::{Event, StreamLimits};
use campanile_storage_contract::fixture::notification;
use chrono::{TimeDelta, Utc};

use super::support::Station;

async fn station() -> (Station, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let station = Station::by(StreamLimits::default(), clock.clone()).await;
    (station, clock)
}

/// Accepted for half an hour later.
async fn scheduled(station: &Station, number: usize) -> Vec<NotificationId> {
    let send_at = Utc::now() + TimeDelta::minutes(30);
    let mut all: Vec<_> = (0..number)
        .map(|_| notification(&station.acme, "anna"))
        .collect();
    for one in &mut all {
        one.send_at = Some(send_at);
    }
    station.accept(all).await
}

#[tokio::test]
async fn one_whose_time_comes_is_sent_though_nobody_announces_it() {
    let (station, clock) = station().await;
    let mut stream = station.open(station.of("anna")).await;
    let later = scheduled(&station, 1).await;
    let sent = station.send("anna", 1).await;
    assert_eq!(stream.ids(1).await, sent);
    clock.advance(TimeDelta::minutes(29));
    let mut meanwhile = notification(&station.acme, "anna");
    meanwhile.id = NotificationId::at(Utc::now() + TimeDelta::minutes(29));
    let meanwhile = station.accept(vec![meanwhile]).await;
    assert_eq!(stream.ids(1).await, meanwhile);
    clock.advance(TimeDelta::minutes(2));
    let (id, is_cursor) = stream
        .find(|event| match event {
            Event::Notification { item, is_cursor } => Some((item.notification.id, *is_cursor)),
            _ => None,
        })
        .await;
    assert_eq!((vec![id], is_cursor), (later, false));
}

#[tokio::test]
async fn one_that_returns_from_a_snooze_is_sent_again() {
    let (station, clock) = station().await;
    let mut first = station.open(station.of("anna")).await;
    let sent = station.send("anna", 1).await;
    assert_eq!(first.ids(1).await, sent);
    let mut resumed = station.open(station.resuming("anna", sent[0])).await;
    assert_eq!(resumed.ids(1).await, sent, "it is in the overlap");
    let until = Utc::now() + TimeDelta::hours(1);
    let snooze = InboxChange::Snooze { until };
    station.change("anna", sent[0], snooze).await;
    for stream in [&mut first, &mut resumed] {
        let hidden =
            stream.find(|event| matches!(event, Event::Count { total: 0, .. }).then_some(()));
        hidden.await;
    }
    clock.advance(TimeDelta::minutes(61));
    for stream in [&mut first, &mut resumed] {
        assert_eq!(stream.ids(1).await, sent);
        let shown = Event::Count {
            unread: 1,
            total: 1,
        };
        assert_eq!(stream.next().await, shown, "it is sent once");
    }
}

#[tokio::test]
async fn many_that_become_due_at_once_are_all_sent() {
    let (station, clock) = station().await;
    let mut stream = station.open(station.of("anna")).await;
    // More than two pages.
    let mut later = scheduled(&station, 150).await;
    // Once the cursor has moved on, their ids are not newer.
    clock.advance(TimeDelta::minutes(29));
    let mut meanwhile = notification(&station.acme, "anna");
    meanwhile.id = NotificationId::at(Utc::now() + TimeDelta::minutes(29));
    let meanwhile = station.accept(vec![meanwhile]).await;
    assert_eq!(stream.ids(1).await, meanwhile);
    clock.advance(TimeDelta::minutes(2));
    let mut came = stream.ids(150).await;
    came.sort_unstable();
    later.sort_unstable();
    assert_eq!(came, later);
    let mut next = notification(&station.acme, "anna");
    next.id = NotificationId::at(Utc::now() + TimeDelta::minutes(31));
    let next = station.accept(vec![next]).await;
    assert_eq!(stream.ids(1).await, next, "nothing comes twice");
}

#[tokio::test]
async fn a_stream_that_resumes_is_sent_each_that_became_due_once() {
    let (station, clock) = station().await;
    let mut later = scheduled(&station, 700).await;
    let seen = NotificationId::first_of(Utc::now() + TimeDelta::minutes(10));
    clock.advance(TimeDelta::minutes(31));
    let mut stream = station.open(station.resuming("anna", seen)).await;
    let mut came = stream.ids(700).await;
    came.sort_unstable();
    later.sort_unstable();
    assert_eq!(came, later);
    let count = Event::Count {
        unread: 700,
        total: 700,
    };
    assert_eq!(stream.next().await, count);
}

#[tokio::test]
async fn one_that_becomes_due_while_a_stream_resumes_is_sent() {
    let (station, clock) = station().await;
    let start = NotificationId::first_of(Utc::now());
    // Its id is passed by before it is due.
    let later = scheduled(&station, 1).await;
    let missed = station.send("anna", 300).await;
    let mut stream = station.open(station.resuming("anna", start)).await;
    assert_eq!(stream.ids(100).await, missed[..100]);
    clock.advance(TimeDelta::minutes(31));
    let mut came = stream.ids(201).await;
    came.retain(|id| !missed.contains(id));
    assert_eq!(came, later);
}
