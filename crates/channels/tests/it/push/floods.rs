//! Endpoints and token servers that send without end.

use campanile_channels::push::ServiceAccount;
use campanile_domain::OutcomeKind;
use campanile_test_support::fcm::FcmServer;
use campanile_test_support::flood::FloodServer;

use super::{account, channel_of, send};

/// What both ends' sockets may hold beside what was read.
const BUFFERS: usize = 32 * 1024 * 1024;

/// A frame of HTTP/2 (RFC 9113, section 4.1) on stream 1, or on the connection for SETTINGS.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    const SETTINGS: u8 = 4;
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = u8::from(kind != SETTINGS);
    let head = [
        length[1], length[2], length[3], kind, flags, 0, 0, 0, stream,
    ];
    [&head, payload].concat()
}

/// `:status: 200` (RFC 7541, appendix A).
const STATUS_200: &[u8] = &[0x88];
const END_HEADERS: u8 = 4;

/// The server's preface: its settings, and that it took ours.
fn preface() -> Vec<u8> {
    [frame(4, 0, &[]), frame(4, 1, &[])].concat()
}

#[tokio::test]
async fn an_endpoint_cannot_send_more_than_is_read() {
    let server = FcmServer::start().await;
    // A literal header that is not kept in the table: `x: yyy…` of 100 bytes.
    let header = [&[0, 1, b'x', 100][..], &[b'y'; 100]].concat().repeat(150);
    let endless = [
        // Headers without end, over CONTINUATION.
        (
            [preface(), frame(1, 0, STATUS_200)].concat(),
            frame(9, 0, &header),
        ),
        // A body without end, whatever the windows say.
        (
            [preface(), frame(1, END_HEADERS, STATUS_200)].concat(),
            frame(0, 0, &[b'x'; 16_384]),
        ),
        // Trailers without end.
        (
            [
                preface(),
                frame(1, END_HEADERS, STATUS_200),
                frame(1, 1, STATUS_200),
            ]
            .concat(),
            frame(9, 0, &header),
        ),
        // Not HTTP/2 at all.
        (b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(1_000)),
    ];
    for (case, (first, again)) in endless.into_iter().enumerate() {
        let flood = FloodServer::start(first, again).await;
        let account = ServiceAccount {
            endpoint: Some(flood.url()),
            ..account(&server)
        };
        let channel = channel_of(&account, 1);
        let outcome = send(&channel, "token:device-1").await;
        assert_ne!(outcome.kind, OutcomeKind::Delivered, "{case}: {outcome:?}");
        drop(channel);
        let flooded = flood.wait_until_left().await;
        assert!(flooded.bytes < BUFFERS, "{case}: {flooded:?}");
    }
}

#[tokio::test]
async fn nor_can_a_token_server() {
    let server = FcmServer::start().await;
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
        ("HTTP/1.1 200 OK\r\nx: ", "yyyyyyyy"),
        ("HTTP/1.1 200 OK\r\n\r\n", "{\"access"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;",
            "extended",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "1\r\nx\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
            "x: y\r\n",
        ),
    ] {
        let flood = FloodServer::start(first, again.repeat(1_000)).await;
        let account = ServiceAccount {
            token_uri: Some(flood.url()),
            ..account(&server)
        };
        let channel = channel_of(&account, 1);
        let outcome = send(&channel, "token:device-1").await;
        assert_eq!(outcome.kind, OutcomeKind::Retry, "{first:?}: {outcome:?}");
        drop(channel);
        let flooded = flood.wait_until_left().await;
        assert!(flooded.bytes < BUFFERS, "{first:?}: {flooded:?}");
    }
}

#[tokio::test]
async fn what_is_compressed_is_not_undone() {
    let server = FcmServer::start().await;
    let bomb = campanile_test_support::fcm::FcmReply::raw(200, vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    server.answer(bomb.header("content-encoding", "gzip"));
    let outcome = send(&super::channel(&server), "token:device-1").await;
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Ambiguous, "200")
    );
}
