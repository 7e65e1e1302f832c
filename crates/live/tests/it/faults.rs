//! What streams do while inboxes cannot be read.

use std::time::Duration;

use campanile_live::{Ending, Event, StreamLimits};
use campanile_storage_contract::fixture::user;

use super::faulty_reads::Fault;
use super::support::{Listener, Station};

#[tokio::test]
async fn a_stream_that_waits_for_the_database_gets_heartbeats() {
    let limits = StreamLimits {
        heartbeat: Duration::from_secs(1),
        ..StreamLimits::default()
    };
    let station = Station::without_reads(limits, Fault::Away).await;
    let mut stream = Listener::of(station.try_open(station.of("anna")).await.unwrap());
    assert_eq!(stream.next().await, Event::Heartbeat);
    station.reads.set(None);
    let connected = stream.find(|event| matches!(event, Event::Connection { .. }).then_some(()));
    connected.await;
}

#[tokio::test]
async fn streams_outlive_an_error_that_concerns_all_inboxes() {
    let station = Station::new().await;
    let mut streams = Vec::new();
    for name in ["anna", "bert", "carl"] {
        streams.push((name, station.open(station.of(name)).await));
    }
    station.reads.set(Some(Fault::LastingForAll));
    for (name, _) in &streams {
        station.send(name, 1).await;
    }
    // More than once each.
    station.reads.fail(12).await;
    station.reads.set(None);
    for (name, stream) in &mut streams {
        assert_eq!(stream.ids(1).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn an_inbox_that_cannot_be_read_ends_its_own_streams_only() {
    let station = Station::new().await;
    let mut bad = station.open(station.of("anna")).await;
    let mut good = station.open(station.of("bert")).await;
    station.reads.set(Some(Fault::Lasting(user("anna"))));
    let sent = station.send("bert", 1).await;
    station.send("anna", 1).await;
    assert_eq!(bad.next().await, Event::End(Ending::Failed));
    assert_eq!(good.ids(1).await, sent);
}
