//! Connections: few, shared, and full before they wait.

use std::time::Duration;

use axum::http::Version;
use campanile_channels::push::ServiceAccount;
use campanile_domain::OutcomeKind;
use campanile_test_support::fcm::{FcmReply, FcmServer};
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::sockets::assert_nodelay_to;

use super::{account, channel_of, send};

#[tokio::test]
async fn one_client_makes_all_its_calls_over_one_connection() {
    let server = FcmServer::start().await;
    let channel = channel_of(&account(&server), 1);
    send(&channel, "token:first").await;
    let before = server.connections();
    server.answer(FcmReply::taken().after(Duration::from_millis(50)));
    let since = std::time::Instant::now();
    let calls = (0..300).map(|_| send(&channel, "token:device"));
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
    // One after the other they would take 15 s.
    assert!(
        since.elapsed() < Duration::from_secs(8),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(server.connections(), before);
    // That of the token requests, too.
    assert_nodelay_to(server.address()).await;
    assert!(
        server
            .received()
            .iter()
            .all(|call| call.version == Version::HTTP_2)
    );
}

#[tokio::test]
async fn clients_take_turns() {
    let server = FcmServer::start().await;
    let channel = channel_of(&account(&server), 4);
    for _ in 0..8 {
        send(&channel, "token:device").await;
    }
    let mut connections: Vec<usize> = server
        .received()
        .iter()
        .map(|call| call.connection)
        .collect();
    let (first, second) = connections.split_at(4);
    assert_eq!(first, second);
    connections.sort_unstable();
    connections.dedup();
    assert_eq!(connections.len(), 4);
}

#[tokio::test]
async fn calls_beyond_what_a_connection_carries_wait_and_succeed() {
    let server = FcmServer::with_max_streams(2).await;
    let channel = channel_of(&account(&server), 1);
    let calls = (0..20).map(|_| send(&channel, "token:device"));
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_connection_that_ended_is_replaced() {
    let server = FcmServer::start().await;
    let proxy = FaultProxy::start(&server.endpoint().replace("http://", "")).await;
    let endpoint = Some(format!("http://{}", proxy.address()));
    let through = ServiceAccount {
        endpoint,
        ..account(&server)
    };
    let channel = channel_of(&through, 1);
    for _ in 0..3 {
        let outcome = send(&channel, "token:device").await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
        proxy.cut();
        // While nobody listens nothing can have arrived; a call may yet find the old connection dying.
        while send(&channel, "token:device").await.code != "connect" {}
        proxy.restore().await;
    }
    assert_eq!(server.received().len(), 3);
}
