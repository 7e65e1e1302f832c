//! Connections that break, clients that do not read, and the end of the process.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use campanile_api::ServerLimits;
use campanile_live::StreamLimits;
use campanile_telemetry::metrics;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::support::{Live, PATIENCE};
use crate::support::token;

#[tokio::test]
async fn whoever_is_cut_off_again_and_again_misses_nothing() {
    let live = Live::start().await;
    let sent = async {
        let mut ids = BTreeSet::new();
        for _ in 0..150 {
            ids.insert(live.send("anna", "message").await);
        }
        ids
    };
    let received = async {
        let (mut ids, mut last, mut cuts) = (BTreeSet::new(), None::<String>, 0_usize);
        while ids.len() < 150 {
            let client = reqwest::Client::new();
            let opened = live.open_with(client, "anna", "", last.as_deref()).await;
            let (mut reader, first) = opened;
            last = first.id;
            // After another number of events each time.
            for _ in 0..(cuts * 7) % 23 {
                if ids.len() == 150 {
                    break;
                }
                let frame = reader.find("notification").await;
                last = frame.id.clone().or(last);
                ids.insert(frame.data["id"].as_str().unwrap().to_owned());
            }
            cuts += 1;
        }
        (ids, cuts)
    };
    let (sent, (received, cuts)) = tokio::join!(sent, received);
    assert_eq!(received, sent);
    assert!(cuts > 5, "{cuts}");
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_and_costs_others_nothing() {
    let limits = ServerLimits {
        write_timeout: Duration::from_millis(500),
        ..ServerLimits::default()
    };
    let live = Live::with(StreamLimits::default(), limits).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let mut silent = socket.connect(live.address).await.unwrap();
    let bearer = token("acme", "anna", "inbox");
    let request = format!(
        "GET /api/v1/notifications/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {bearer}\r\n\r\n"
    );
    silent.write_all(request.as_bytes()).await.unwrap();
    live.wait_for_streams(1).await;
    let (mut reader, _) = live.open("bert", "").await;
    let large = "x".repeat(200_000);
    for _ in 0..15 {
        live.send_content("anna", "message", &large).await;
        let id = live.send("bert", "message").await;
        assert_eq!(reader.find("notification").await.id, Some(id));
    }
    live.wait_for_streams(1).await;
    let ended = &metrics().streams_ended_total;
    assert!(ended.with_label_values(&["no_progress"]).get() >= 1);
}

#[tokio::test]
async fn a_stream_that_is_left_or_talked_to_without_end_is_closed() {
    let live = Live::start().await;
    let bearer = token("acme", "anna", "inbox");
    let request = format!(
        "GET /api/v1/notifications/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {bearer}\r\n\r\n"
    );
    for talks in [false, true] {
        let mut socket = TcpSocket::new_v4()
            .unwrap()
            .connect(live.address)
            .await
            .unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        while !String::from_utf8_lossy(&text).contains("event: connection") {
            socket.read_buf(&mut text).await.unwrap();
        }
        live.wait_for_streams(1).await;
        if talks {
            // It may be closed before all is written.
            let _ = socket.write_all(&vec![b'x'; 1024 * 1024]).await;
        } else {
            drop(socket);
        }
        live.wait_for_streams(0).await;
    }
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_the_events_as_they_are() {
    let live = Live::start().await;
    let bearer = token("acme", "anna", "inbox");
    let request = format!(
        "GET /api/v1/notifications/stream HTTP/1.0\r\nauthorization: Bearer {bearer}\r\n\r\n"
    );
    let mut socket = TcpStream::connect(live.address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let (mut text, mut ids) = (Vec::new(), Vec::new());
    for n in 0..3 {
        // The first is `connection`.
        let event = |text: &[u8]| {
            String::from_utf8_lossy(text)
                .matches("event: notification\n")
                .count()
        };
        while event(&text) < n || !String::from_utf8_lossy(&text).contains("event: connection\n") {
            let read = timeout(PATIENCE, socket.read_buf(&mut text)).await.unwrap();
            assert!(read.unwrap() > 0, "{}", String::from_utf8_lossy(&text));
        }
        ids.push(live.send("anna", "message").await);
    }
    live.hub.drain(PATIENCE).await;
    let rest = timeout(PATIENCE, socket.read_to_end(&mut text)).await;
    rest.unwrap().unwrap();
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    assert!(!body.contains('\r'), "no chunks: {body}");
    assert!(
        body.contains(&format!("id: {}\nevent: notification\n", ids[1])),
        "{body}"
    );
}

#[tokio::test]
async fn a_request_for_the_head_alone_opens_nothing() {
    let live = Live::start().await;
    let head = reqwest::Client::new().head(live.url(""));
    let anna = token("acme", "anna", "inbox");
    let answer = head.bearer_auth(anna).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    live.wait_for_streams(0).await;
}

#[tokio::test]
async fn idle_streams_do_not_hold_up_the_end_of_the_process() {
    let live = Live::start().await;
    let mut readers = Vec::new();
    for n in 0..100 {
        readers.push(live.open(&format!("user{n}"), "").await.0);
    }
    let begun = Instant::now();
    live.stop.cancel();
    live.hub.drain(Duration::from_secs(10)).await;
    live.server.await.unwrap();
    // It ends before the drain's deadline and before the server's 15 s.
    assert!(begun.elapsed() < Duration::from_secs(9));
    for mut reader in readers {
        while let Some(frame) = reader.next().await {
            assert_ne!(frame.event, "error");
        }
    }
}
