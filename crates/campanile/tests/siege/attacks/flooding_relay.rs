//! A mail relay that greets with bytes that never become a line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use super::answer::unless_shed;
use crate::place::Place;

const MAILS: usize = 20;
/// What a connection is sent at most, should nothing end it.
const FLOOD: u64 = 2 * 1024 * 1024 * 1024;
/// How many connections must have been cut off by the service.
const CUT: u64 = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// Floods whoever connects.
pub struct FloodingRelay {
    port: u16,
    cut: Arc<AtomicU64>,
}

impl FloodingRelay {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicU64::new(0));
        let counted = cut.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(flood(stream, counted.clone()));
            }
        });
        Self { port, cut }
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Sends until the other side has had enough.
async fn flood(mut stream: TcpStream, cut: Arc<AtomicU64>) {
    let bytes = vec![b'2'; 64 * 1024];
    let mut sent = 0;
    while sent < FLOOD {
        if stream.write_all(&bytes).await.is_err() {
            cut.fetch_add(1, Ordering::Relaxed);
            return;
        }
        sent += bytes.len() as u64;
    }
}

/// Gives the attackers an address.
pub async fn prepare(place: &Place) {
    let token = place.token("svc", "notifications:send");
    let request = reqwest::Client::new().put(place.url("/api/v1/users/attacker"));
    let body = json!({"email": "attacker@example.org"});
    let answer = request.bearer_auth(token).json(&body).send().await.unwrap();
    let status = answer.status();
    assert!(
        status.is_success(),
        "{status}: {}",
        answer.text().await.unwrap()
    );
}

pub async fn play(place: &Place) {
    let before = place.relay.cut.load(Ordering::Relaxed);
    let token = place.token("svc", "notifications:send");
    let client = reqwest::Client::new();
    let body = json!({"notification_type": "message", "recipients": ["attacker"], "priority": "critical",
        "content": {"text": "mail"}, "channels": ["email"]});
    for _ in 0..MAILS {
        let request = client.post(place.url("/api/v1/notifications"));
        let answer = request.bearer_auth(&token).json(&body).send().await;
        drop(unless_shed(answer, &[202]));
    }
    // The account pauses after a few failures; what waits is let through a probe a minute.
    let until = Instant::now() + PATIENCE;
    let played_before = before > 0;
    while !played_before && place.relay.cut.load(Ordering::Relaxed) < before + CUT {
        assert!(Instant::now() < until, "the service reads on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
