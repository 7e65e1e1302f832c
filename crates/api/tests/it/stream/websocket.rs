//! The same over WebSockets, and frames that are none.

use std::time::Duration;

use campanile_telemetry::metrics;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::support::{Live, PATIENCE};
use crate::support::token;

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn open(live: &Live, user: &str, query: &str) -> Self {
        let path = format!("/api/v1/notifications/ws?{query}");
        Self::open_at(live, user, &path).await
    }

    async fn open_at(live: &Live, user: &str, path: &str) -> Self {
        let address = live.address;
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", token("acme", user, "inbox"));
        let headers = request.headers_mut();
        headers.insert("authorization", bearer.parse().unwrap());
        let socket = TcpStream::connect(address).await.unwrap();
        let (socket, answer) = client_async(request, socket).await.unwrap();
        assert_eq!(answer.status(), 101);
        Self(socket)
    }

    async fn next(&mut self) -> Option<Message> {
        let next = timeout(PATIENCE, self.0.next()).await.unwrap();
        next.and_then(Result::ok)
    }

    /// The next event of this name.
    async fn find(&mut self, event: &str) -> Value {
        loop {
            if let Message::Text(text) = self.next().await.expect("the stream goes on") {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["event"] == event {
                    return message;
                }
            }
        }
    }

    /// The code that the server closes it with.
    async fn close_code(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Message::Close(Some(frame))) => return frame.code.into(),
                Some(_) => {}
                None => return 0,
            }
        }
    }
}

#[tokio::test]
async fn a_websocket_is_sent_the_events_of_a_stream() {
    let live = Live::start().await;
    let mut client = Client::open(&live, "anna", "").await;
    let first = client.find("connection").await;
    assert_eq!(first["data"]["user_id"], "anna");
    assert_eq!(first["id"], first["data"]["cursor"]);
    let id = live.send("anna", "message").await;
    let arrived = client.find("notification").await;
    assert_eq!(arrived["id"], json!(id));
    let listed = live.call("GET", "?limit=1", "anna").await;
    assert_eq!(arrived["data"], listed["notifications"][0]);
    let count = client.find("count").await;
    let expected = json!({"event": "count", "data": {"unread": 1, "total": 1}});
    assert_eq!(count, expected);
    live.call("PUT", &format!("/{id}/read"), "anna").await;
    assert_eq!(client.find("read").await["data"], json!({"ids": [id]}));
    drop(client);
    live.wait_for_streams(0).await;
    let since = first["id"].as_str().unwrap();
    let mut client = Client::open(&live, "anna", &format!("since={since}")).await;
    assert_eq!(client.find("connection").await["data"]["resume"], true);
    assert_eq!(client.find("notification").await["id"], json!(id));
}

#[tokio::test]
async fn a_drain_tells_when_to_reconnect() {
    let live = Live::start().await;
    let mut client = Client::open(&live, "anna", "").await;
    client.find("connection").await;
    live.stop.cancel();
    let drain = live.hub.drain(Duration::from_secs(30));
    let (_, code) = tokio::join!(drain, async {
        let error = client.find("error").await;
        assert_eq!(error["data"]["code"], "shutting_down");
        assert!(error["data"]["reconnect_in_ms"].as_u64().unwrap() < 5_000);
        client.close_code().await
    });
    assert_eq!(code, 1012);
    live.server.await.unwrap();
}

#[tokio::test]
async fn text_is_ignored_and_binary_closes_the_connection() {
    let live = Live::start().await;
    let mut client = Client::open(&live, "anna", "").await;
    client.0.send(Message::text("hello")).await.unwrap();
    client.find("connection").await;
    let id = live.send("anna", "message").await;
    assert_eq!(client.find("notification").await["id"], json!(id));
    client.0.send(Message::binary(vec![1])).await.unwrap();
    assert_eq!(client.close_code().await, 1003);
    live.wait_for_streams(0).await;
    let ended = &metrics().streams_ended_total;
    assert_eq!(ended.with_label_values(&["binary_message"]).get(), 1);
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let live = Live::start().await;
    for frame in [
        None,
        Some(CloseFrame {
            code: CloseCode::Normal,
            reason: "done".into(),
        }),
    ] {
        let mut client = Client::open(&live, "anna", "").await;
        client.find("connection").await;
        let close = Message::Close(frame.clone());
        client.0.send(close).await.unwrap();
        let answer = loop {
            match client.next().await.expect("an answer") {
                Message::Close(answer) => break answer,
                _ => continue,
            }
        };
        assert_eq!(answer, frame);
        assert_eq!(client.next().await, None, "the server ends the connection");
        live.wait_for_streams(0).await;
    }
}

#[tokio::test]
async fn the_short_path_is_the_same() {
    let live = Live::start().await;
    let mut client = Client::open_at(&live, "anna", "/ws?types=message").await;
    assert_eq!(client.find("connection").await["data"]["user_id"], "anna");
    let id = live.send("anna", "message").await;
    assert_eq!(client.find("notification").await["id"], json!(id));
    let anna = token("acme", "anna", "inbox");
    let answer = live.api.get("/ws", &anna).await;
    answer.is_problem(400, "request_refused");
    let answer = live.api.get("/ws", "nonsense").await;
    answer.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_client_that_talks_too_much_is_closed() {
    let live = Live::start().await;
    let mut client = Client::open(&live, "anna", "").await;
    for _ in 0..200 {
        if client.0.send(Message::text("hello")).await.is_err() {
            break;
        }
    }
    let code = client.close_code().await;
    assert!([1008, 0].contains(&code), "{code}");
    live.wait_for_streams(0).await;
}

/// A connection after the handshake, whose frames the test writes itself.
async fn raw(live: &Live) -> TcpStream {
    let mut socket = TcpStream::connect(live.address).await.unwrap();
    let bearer = token("acme", "anna", "inbox");
    let request = format!(
        "GET /api/v1/notifications/ws HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {bearer}\r\n\
         connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    timeout(PATIENCE, socket.read_exact(&mut head))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&head, b"HTTP/1.1 101");
    socket
}

#[tokio::test]
async fn frames_that_are_none_end_their_connection_and_no_other() {
    let live = Live::start().await;
    let mut other = Client::open(&live, "bert", "").await;
    other.find("connection").await;
    let unmasked = [&[0x81, 0x02][..], b"hi"].concat();
    let oversize = [&[0x81, 0xfe, 0x20, 0x00, 0, 0, 0, 0][..], &[b'x'; 0x2000]].concat();
    // A message in fragments of 100 bytes, none of which is the last.
    let fragment = |first: bool| {
        let head = [u8::from(first), 0x80 | 100, 0, 0, 0, 0];
        [&head[..], &[b'x'; 100]].concat()
    };
    let endless = (0..1_000).flat_map(|n| fragment(n == 0)).collect();
    let reserved = vec![0xf1, 0x80, 0, 0, 0, 0];
    let not_utf8 = vec![0x81, 0x81, 0, 0, 0, 0, 0xff];
    for (name, bytes) in [
        ("unmasked", unmasked),
        ("oversize", oversize),
        ("endless", endless),
        ("reserved", reserved),
        ("not UTF-8", not_utf8),
    ] {
        let mut socket = raw(&live).await;
        // It may be closed before all is written.
        let _ = socket.write_all(&bytes).await;
        let mut rest = Vec::new();
        let end = timeout(PATIENCE, socket.read_to_end(&mut rest)).await;
        assert!(end.is_ok(), "{name}");
        let id = live.send("bert", "message").await;
        assert_eq!(other.find("notification").await["id"], json!(id), "{name}");
        live.wait_for_streams(1).await;
    }
}

#[tokio::test]
async fn a_request_that_is_no_handshake_is_reported_so() {
    let live = Live::start().await;
    let anna = token("acme", "anna", "inbox");
    let answer = live.api.get("/api/v1/notifications/ws", &anna).await;
    answer.is_problem(400, "request_refused");
    assert_eq!(live.hub.open_streams(), 0);
}
