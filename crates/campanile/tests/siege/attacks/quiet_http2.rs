//! HTTP/2 connections that only ping, and ones that ask for a page and leave no window for it.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::raw;
use crate::place::Place;

const CONNECTIONS: usize = 50;
const PINGS: usize = 25;
const EVERY: Duration = Duration::from_millis(200);

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// SETTINGS with an initial window of 0 (RFC 9113, 6.5.2): what the service sends must wait for ever.
const SETTINGS: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
/// PING (RFC 9113, 6.7).
const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

pub async fn play(place: &Place) {
    let token = place.token("reader", "inbox");
    let head = headers(&place.authority(), &token);
    let mut connections: Vec<TcpStream> = Vec::new();
    for n in 0..CONNECTIONS {
        let Some(mut stream) = raw::connect(place).await else {
            continue;
        };
        let mut hello = [PREFACE, SETTINGS].concat();
        // Every other one also asks for a large page.
        if n % 2 == 0 {
            hello.extend_from_slice(&head);
        }
        if stream.write_all(&hello).await.is_ok() {
            connections.push(stream);
        }
    }
    for _ in 0..PINGS {
        for stream in &mut connections {
            let _ = stream.write_all(PING).await;
            let mut answers = [0; 4096];
            let read = stream.read(&mut answers);
            let _ = tokio::time::timeout(Duration::from_millis(1), read).await;
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// A HEADERS frame that ends stream 1, its fields as literals without Huffman coding (RFC 7541, 6.2.2).
fn headers(authority: &str, token: &str) -> Vec<u8> {
    let bearer = format!("Bearer {token}");
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/api/v1/notifications?limit=100"),
        (":authority", authority),
        ("authorization", &bearer),
    ];
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            length(&mut block, text.len());
            block.extend_from_slice(text.as_bytes());
        }
    }
    let size = u32::try_from(block.len()).unwrap().to_be_bytes();
    let mut frame = vec![size[1], size[2], size[3], 1, 5, 0, 0, 0, 1];
    frame.extend_from_slice(&block);
    frame
}

/// An integer with a prefix of seven bits (RFC 7541, 5.1).
fn length(block: &mut Vec<u8>, mut value: usize) {
    if value < 127 {
        block.push(u8::try_from(value).unwrap());
        return;
    }
    block.push(127);
    value -= 127;
    while value >= 128 {
        block.push(u8::try_from(value % 128).unwrap() | 128);
        value /= 128;
    }
    block.push(u8::try_from(value).unwrap());
}
