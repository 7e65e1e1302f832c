//! Who gives up a seat for whom, and what a request must say of its host.

use std::time::Duration;

use campanile_api::{ServerLimits, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::server::rest;
use crate::support::{TestApi, user};

const PATIENCE: Duration = Duration::from_secs(20);

/// The whole API over a socket.
pub async fn serve_api(api: &TestApi, limits: ServerLimits) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = api.router.clone();
    tokio::spawn(serve(listener, router, CancellationToken::new(), limits));
    address
}

/// Asks for a count on a connection that stays open, and gives the status.
async fn count(stream: &mut TcpStream, token: &str) -> String {
    let request = format!(
        "GET /api/v1/notifications/count HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 8 * 1024];
    let read = timeout(PATIENCE, stream.read(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read.unwrap()]).into_owned();
    answer[..answer.len().min(12)].to_owned()
}

#[tokio::test]
async fn connections_without_a_credential_give_up_their_seats_first() {
    let api = TestApi::new().await;
    let limits = ServerLimits {
        max_connections: 4,
        ..ServerLimits::default()
    };
    let address = serve_api(&api, limits).await;
    let connect = async || TcpStream::connect(address).await.unwrap();
    let token = user("acme", "u1");
    let mut known = connect().await;
    assert_eq!(count(&mut known, &token).await, "HTTP/1.1 200");
    let mut refused = connect().await;
    assert_eq!(count(&mut refused, "forged").await, "HTTP/1.1 401");
    // Many more than there are seats; each new one is let in, whatever the others do.
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(connect().await);
        let mut newcomer = connect().await;
        assert_eq!(count(&mut newcomer, "forged").await, "HTTP/1.1 401");
        silent.push(newcomer);
    }
    assert_eq!(
        count(&mut known, &token).await,
        "HTTP/1.1 200",
        "it has stayed"
    );
    let first = silent.remove(0);
    assert_eq!(rest(first).await, "", "it had to go");
    drop(silent);
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let api = TestApi::new().await;
    let address = serve_api(&api, ServerLimits::default()).await;
    // RFC 9112 3.2.
    for (version, host, status) in [
        ("1.1", "host: a\r\n", 200),
        ("1.1", "Host: a.example:8080\r\n", 200),
        ("1.1", "host:\r\n", 200),
        ("1.1", "", 400),
        ("1.1", "host: a\r\nhost: a\r\n", 400),
        ("1.1", "host: a\r\nHost: b\r\n", 400),
        ("1.1", "host: a b\r\n", 400),
        ("1.1", "host: user@a\r\n", 400),
        ("1.0", "", 200),
        ("1.0", "host: a\r\nhost: b\r\n", 400),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /healthz HTTP/{version}\r\n{host}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = rest(stream).await;
        let reported = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(reported, status.to_string(), "{version} {host:?} {answer}");
        if status == 400 {
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.contains("application/problem+json"), "{head}");
            let problem: Value = serde_json::from_str(body).unwrap();
            assert_eq!(problem["code"], "malformed_request");
        }
    }
}
