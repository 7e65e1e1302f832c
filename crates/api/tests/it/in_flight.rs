//! Bytes that a process holds for its callers: of bodies that are on their way, of answers that nobody
//! takes.

use std::time::Duration;

use campanile_api::{InFlight, RequestLimits, ServerLimits};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use crate::server::rest;
use crate::server_seats::serve_api;
use crate::support::{TestApi, message, service, user};

const MIB: usize = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

fn small_buffers() -> ServerLimits {
    ServerLimits {
        send_buffer_bytes: 16 * 1024,
        ..ServerLimits::default()
    }
}

/// A connection whose answer stays with the server.
async fn unread(address: std::net::SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    socket.connect(address).await.unwrap()
}

fn page_request(token: &str) -> String {
    format!(
        "GET /api/v1/notifications?limit=100 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\n\r\n"
    )
}

async fn status(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(stream).await;
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Calls until it is answered so.
async fn until_answered(address: std::net::SocketAddr, request: &str, wanted: &str) {
    let began = Instant::now();
    loop {
        let reported = status(address, request).await;
        if reported == wanted {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{reported}, not {wanted}");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_page_ends_at_its_bytes_and_the_next_one_goes_on() {
    let api = TestApi::new().await;
    let mut large = message(&["u1"]);
    large["content"] = json!({"text": "x".repeat(240_000)});
    for _ in 0..12 {
        assert_eq!(api.post(large.to_string()).await.status, 202);
    }
    let token = user("acme", "u1");
    for by_cursor in [true, false] {
        let (mut seen, mut query) = (0, String::new());
        for expected in [5, 5, 2] {
            let path = format!("/api/v1/notifications?limit=100{query}");
            let answer = api.get(&path, &token).await;
            assert!(answer.text.len() < MIB * 3 / 2, "{}", answer.text.len());
            let page = answer.json();
            assert_eq!(page["notifications"].as_array().unwrap().len(), expected);
            assert_eq!(page["total"], 12);
            seen += expected;
            assert_eq!(page["has_more"], seen < 12);
            query = match (by_cursor, page["next_cursor"].as_str()) {
                (true, Some(cursor)) => format!("&cursor={cursor}"),
                _ => format!("&offset={seen}"),
            };
        }
    }
}

#[tokio::test]
async fn answers_that_nobody_takes_are_counted_and_refuse_only_their_own_tenant() {
    let limits = RequestLimits {
        answers_in_flight: InFlight {
            process: 20 * MIB,
            tenant: 5 * MIB / 2,
            connection: 2 * MIB,
        },
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    let mut large = message(&["u1"]);
    large["content"] = json!({"text": "x".repeat(240_000)});
    for _ in 0..5 {
        assert_eq!(api.post(large.to_string()).await.status, 202);
    }
    let address = serve_api(&api, small_buffers()).await;
    let request = page_request(&user("acme", "u1"));
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = unread(address).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        // Its beginning is there, so all of it is made.
        let mut beginning = [0; 12];
        timeout(PATIENCE, stream.read_exact(&mut beginning))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&beginning, b"HTTP/1.1 200");
        held.push(stream);
    }
    let token = user("acme", "u1");
    let refused = api.get("/api/v1/notifications?limit=100", &token).await;
    refused.is_problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), Some("1"));
    // What is small, and others, are answered.
    let count = api.get("/api/v1/notifications/count", &token).await;
    assert_eq!(count.status, 200);
    let others = api.get("/api/v1/notifications", &user("other", "u1")).await;
    assert_eq!(others.status, 200);
    drop(held);
    until_answered(address, &request, "200").await;
}

#[tokio::test]
async fn who_has_no_token_takes_no_room_from_tenants() {
    let limits = RequestLimits {
        answers_in_flight: InFlight {
            process: 4 * MIB,
            tenant: 2 * MIB,
            connection: 2 * MIB,
        },
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    let mut large = message(&["u1"]);
    large["content"] = json!({"text": "x".repeat(240_000)});
    for _ in 0..5 {
        assert_eq!(api.post(large.to_string()).await.status, 202);
    }
    let address = serve_api(&api, small_buffers()).await;
    let page = "/docs/swagger-ui-bundle.js";
    let request = format!("GET {page} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    let mut held = unread(address).await;
    held.write_all(request.as_bytes()).await.unwrap();
    let mut beginning = [0; 12];
    timeout(PATIENCE, held.read_exact(&mut beginning))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 200");
    assert_eq!(status(address, &request).await, "503");
    let token = user("acme", "u1");
    let page = api.get("/api/v1/notifications?limit=100", &token).await;
    assert_eq!(page.status, 200);
    assert!(page.text.len() > MIB);
}

#[tokio::test]
async fn what_is_done_is_reported_although_answers_wait_and_the_next_call_is_refused_before_it_is_done()
 {
    let limits = RequestLimits {
        answers_in_flight: InFlight {
            process: 20 * MIB,
            tenant: 64 * 1024,
            connection: MIB,
        },
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    let users: Vec<_> = (0..1_000).map(|n| format!("user-{n:05}")).collect();
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    let address = serve_api(&api, small_buffers()).await;
    let body = message(&users).to_string();
    let request = format!(
        "POST /api/v1/notifications HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
        service("acme"),
        body.len()
    );
    let mut stream = unread(address).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut beginning = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut beginning))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 202");
    let refused = api.post(message(&["u1"]).to_string()).await;
    refused.is_problem(503, "overloaded");
    let token = user("acme", "u1");
    let inbox = api.get("/api/v1/notifications/count", &token).await;
    assert_eq!(inbox.json()["count"], 0, "nothing was done");
}

#[tokio::test]
async fn bodies_that_are_announced_take_room_of_their_tenant_only() {
    let limits = RequestLimits {
        requests_in_flight: InFlight {
            process: MIB,
            tenant: 300 * 1024,
            connection: 250 * 1024,
        },
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    let address = serve_api(&api, ServerLimits::default()).await;
    let head = |tenant: &str, length: usize| {
        format!(
            "POST /api/v1/notifications HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
             content-type: application/json\r\nauthorization: Bearer {}\r\n\
             content-length: {length}\r\n\r\n",
            service(tenant)
        )
    };
    // One that says it will send 200 KiB, and sends none.
    let mut announced = TcpStream::connect(address).await.unwrap();
    let silent = head("acme", 200 * 1024);
    announced.write_all(silent.as_bytes()).await.unwrap();
    let mut large = message(&["u1"]);
    large["content"] = json!({"text": "x".repeat(150_000)});
    let large = large.to_string();
    let of = |tenant| format!("{}{large}", head(tenant, large.len()));
    until_answered(address, &of("acme"), "503").await;
    assert_eq!(status(address, &of("other")).await, "202");
    // Who is still sending when it is refused gets the answer as well, not cut off.
    let mut sending = TcpStream::connect(address).await.unwrap();
    let whole = of("acme");
    let (first, rest_of_it) = whole.split_at(whole.len() - 50_000);
    sending.write_all(first.as_bytes()).await.unwrap();
    sleep(Duration::from_millis(600)).await;
    sending.write_all(rest_of_it.as_bytes()).await.unwrap();
    assert!(rest(sending).await.starts_with("HTTP/1.1 503"));
    let small = message(&["u1"]).to_string();
    let small = format!("{}{small}", head("acme", small.len()));
    assert_eq!(status(address, &small).await, "202");
    drop(announced);
    until_answered(address, &of("acme"), "202").await;
}
