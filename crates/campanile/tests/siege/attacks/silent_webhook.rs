//! A webhook that takes every call and answers none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};

/// Listens until it is dropped with its runtime.
pub struct SilentWebhook {
    url: String,
    calls: Arc<AtomicUsize>,
}

impl SilentWebhook {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        tokio::spawn(async move {
            let mut kept: Vec<TcpStream> = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                kept.push(stream);
            }
        });
        Self { url, calls }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// How many connections were made.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}
