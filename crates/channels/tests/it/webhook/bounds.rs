//! Receivers that are slow, silent, endless or not there: every call ends, with the right name.

use std::time::Duration;

use campanile_domain::{Outcome, OutcomeKind};
use campanile_test_support::flood::FloodServer;
use campanile_test_support::webhook::{Reply, WebhookReceiver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{channel, send};

/// Longer than any bound of a call.
const NEVER: Duration = Duration::from_secs(3600);

fn is(outcome: &Outcome, kind: OutcomeKind, code: &str) {
    assert_eq!((outcome.kind, outcome.code.as_str()), (kind, code));
}

/// Since the clock stands still but for the call's own bound, this is that bound and a blink.
fn took(since: Instant, seconds: u64) {
    let elapsed = since.elapsed();
    let bound = Duration::from_secs(seconds);
    assert!(
        elapsed >= bound && elapsed < bound * 2,
        "{elapsed:?} instead of {bound:?}"
    );
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    (listener, host)
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_called_so_for_the_operator_too() {
    let own = "http://campanile.invalid/";
    let outcome = send(&channel(own, &[]), own).await;
    is(&outcome, OutcomeKind::Retry, "dns");
}

#[tokio::test]
async fn silence_after_the_request_is_ambiguous() {
    let receiver = WebhookReceiver::start().await;
    let url = receiver.url();
    receiver.answer([Reply::status(200).after(NEVER)]);
    let started = async {
        receiver.wait_for(1).await;
        // From here on only clocks move: the next one to ring is the call's own.
        tokio::time::pause();
    };
    let (channel, since) = (channel(&url, &[]), Instant::now());
    let (outcome, ()) = tokio::join!(send(&channel, &url), started);
    took(since, 15);
    is(&outcome, OutcomeKind::Ambiguous, "timeout");
}

#[tokio::test]
async fn a_handshake_that_nobody_answers_is_tried_again() {
    let (listener, host) = listen().await;
    let url = format!("https://{host}/");
    let silent = async {
        let held = listener.accept().await.unwrap();
        tokio::time::pause();
        held
    };
    let (channel, since) = (channel(&url, &[]), Instant::now());
    let (outcome, _held) = tokio::join!(send(&channel, &url), silent);
    took(since, 5);
    is(&outcome, OutcomeKind::Retry, "connect_timeout");
}

#[tokio::test]
async fn a_receiver_without_tls_has_seen_nothing() {
    let receiver = WebhookReceiver::start().await;
    let url = receiver.url().replace("http://", "https://");
    is(
        &send(&channel(&url, &[]), &url).await,
        OutcomeKind::Retry,
        "connect",
    );
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn what_is_too_long_to_read_is_cut_off() {
    const OFFERED: usize = 256 * 1024 * 1024;
    /// What both ends' sockets may hold beside what was read.
    const BUFFERS: usize = 32 * 1024 * 1024;
    let (listener, host) = listen().await;
    let url = format!("http://{host}/");
    let endless = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {OFFERED}\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let (part, mut taken) = (vec![b'x'; 64 * 1024], 0);
        while taken < OFFERED && socket.write_all(&part).await.is_ok() {
            taken += part.len();
        }
        taken
    };
    let channel = channel(&url, &[]);
    let (outcome, taken) = tokio::join!(send(&channel, &url), endless);
    is(&outcome, OutcomeKind::Delivered, "200");
    assert!(taken < BUFFERS, "{taken} bytes were taken");
}

#[tokio::test]
async fn a_head_without_end_is_cut_off_too() {
    /// What both ends' sockets may hold beside what was read.
    const BUFFERS: usize = 32 * 1024 * 1024;
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
        ("HTTP/1.1 200 OK\r\nx: ", "yyyyyyyy"),
        ("HTTP/1.1 200 ", "OK"),
        ("", "yyyyyyyy"),
    ] {
        let flood = FloodServer::start(first, again.repeat(1_000)).await;
        let url = format!("{}/", flood.url());
        let outcome = send(&channel(&url, &[]), &url).await;
        is(&outcome, OutcomeKind::Ambiguous, "connection_lost");
        let flooded = flood.wait_until_left().await;
        assert!(flooded.bytes < BUFFERS, "{first:?}: {flooded:?}");
    }
}

/// Up to the end of the body, which is one JSON object and the request's last byte `}}`.
async fn read_request(socket: &mut TcpStream) {
    let mut read = Vec::new();
    while !read.ends_with(b"}}") {
        assert_ne!(socket.read_buf(&mut read).await.unwrap(), 0, "it ended");
    }
}
