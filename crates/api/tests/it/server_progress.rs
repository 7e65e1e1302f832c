//! Peers that take nothing of what they asked for, and connections that only answer pings.

use std::time::Duration;

use bytes::Bytes;
use campanile_api::ServerLimits;
use h2::Reason;
use h2::client::SendRequest;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::server::{Running, start};

/// Longer than anything takes here that is to happen at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// An HTTP/2 connection; the task ends when it does.
async fn http_2(server: &Running) -> (SendRequest<Bytes>, JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

async fn get(sender: &SendRequest<Bytes>, path: &str) -> http::Response<h2::RecvStream> {
    let mut sender = sender.clone().ready().await.unwrap();
    let request = http::Request::get(format!("http://a{path}")).body(());
    let (answer, _) = sender.send_request(request.unwrap(), true).unwrap();
    answer.await.unwrap()
}

fn impatient() -> ServerLimits {
    ServerLimits {
        write_timeout: Duration::from_millis(200),
        send_buffer_bytes: 16 * 1024,
        ..ServerLimits::default()
    }
}

#[tokio::test]
async fn an_answer_that_is_never_read_ends_its_connection() {
    let server = start(impatient()).await;
    let mut stream = server
        .connect("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    timeout(PATIENCE, server.given_up.notified()).await.unwrap();
    // What was on its way arrives, and then the end, in one way or the other.
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stream_without_a_window_is_reset_and_its_neighbours_go_on() {
    let server = start(impatient()).await;
    let (sender, _connection) = http_2(&server).await;
    // Its window is 65,535 bytes and is never opened again.
    let mut body = get(&sender, "/endless").await.into_body();
    let end = loop {
        match timeout(PATIENCE, body.data()).await.unwrap() {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("an endless answer has ended"),
        }
    };
    assert_eq!(end.reason(), Some(Reason::CANCEL), "{end}");
    timeout(PATIENCE, server.given_up.notified()).await.unwrap();
    assert_eq!(get(&sender, "/").await.status(), 200);
}

#[tokio::test]
async fn what_waits_for_its_handler_is_no_peer_that_takes_nothing() {
    let limits = ServerLimits {
        write_timeout: Duration::from_millis(50),
        ..ServerLimits::default()
    };
    let server = start(limits).await;
    let (sender, _connection) = http_2(&server).await;
    let mut body = get(&sender, "/slow").await.into_body();
    let first = timeout(PATIENCE, body.data()).await.unwrap();
    assert_eq!(first.unwrap().unwrap(), "done");
}

#[tokio::test]
async fn pings_alone_keep_no_connection() {
    let limits = ServerLimits {
        idle_timeout: Duration::from_millis(300),
        ..ServerLimits::default()
    };
    let server = start(limits).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (sender, mut connection) = h2::client::handshake::<_>(stream).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    let connection = tokio::spawn(connection);
    assert_eq!(get(&sender, "/").await.status(), 200);
    let pinging = tokio::spawn(async move {
        while pings.ping(h2::Ping::opaque()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    // Sent away in good order: GOAWAY, and the end.
    let ended = timeout(PATIENCE, connection).await.unwrap().unwrap();
    assert!(ended.is_ok(), "{ended:?}");
    timeout(PATIENCE, pinging).await.unwrap().unwrap();
}
