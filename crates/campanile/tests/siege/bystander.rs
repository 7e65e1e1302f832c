//! A tenant that only wants to be served while others attack.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinHandle;

use crate::place::Place;

/// Calls all the time, on a new connection each time, and keeps the slowest answer.
pub struct Bystander {
    done: Arc<AtomicBool>,
    calling: JoinHandle<Served>,
}

/// How it was served.
#[derive(Debug, Default)]
pub struct Served {
    pub calls: usize,
    pub slowest: Duration,
    pub slowest_call: String,
    /// How many calls were answered with 503 and a time at which to repeat them.
    pub repeated: usize,
    /// What was answered with anything but success, also when it was repeated.
    pub refused: Vec<String>,
}

/// When a call is to be repeated that a busy server did not take.
fn busy_for(answer: &reqwest::Response) -> Option<Duration> {
    let wait = answer.headers().get("retry-after")?.to_str().ok()?;
    let wait = Duration::from_secs(wait.parse().ok()?);
    (answer.status() == 503 && wait <= Duration::from_secs(2)).then_some(wait)
}

impl Bystander {
    pub fn start(place: &Place) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let inbox = place.token_of(place.bystander, "bystander", "inbox");
        let sender = place.token_of(place.bystander, "svc", "notifications:send");
        let urls = Urls {
            health: place.url("/healthz"),
            list: place.url("/api/v1/notifications?limit=20"),
            count: place.url("/api/v1/notifications/count"),
            send: place.url("/api/v1/notifications"),
            test: place.url("/api/v1/notifications/test"),
        };
        let calling = tokio::spawn(call(urls, inbox, sender, done.clone()));
        Self { done, calling }
    }

    /// Ends the calls.
    pub async fn ends(self) -> Served {
        self.done.store(true, Ordering::Relaxed);
        self.calling.await.unwrap()
    }
}

struct Urls {
    health: String,
    list: String,
    count: String,
    send: String,
    test: String,
}

async fn call(urls: Urls, inbox: String, sender: String, done: Arc<AtomicBool>) -> Served {
    let mut served = Served::default();
    let send = json!({"notification_type": "message", "recipients": ["bystander"],
        "content": {"text": "still here"}, "channels": ["in_app"]});
    let test = json!({"message": "still here", "level": "info", "channels": ["in_app"]});
    while !done.load(Ordering::Relaxed) {
        // A new connection each time: a seat must be free for a stranger, too.
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        for (name, request) in [
            ("health", client.get(&urls.health)),
            ("list", client.get(&urls.list).bearer_auth(&inbox)),
            ("count", client.get(&urls.count).bearer_auth(&inbox)),
            (
                "send",
                client.post(&urls.send).bearer_auth(&sender).json(&send),
            ),
            (
                "test",
                client.post(&urls.test).bearer_auth(&inbox).json(&test),
            ),
        ] {
            let again = request.try_clone();
            let mut begun = Instant::now();
            let mut answered = request.send().await;
            // As clients do: a server that is busy says when to come again.
            if let (Some(wait), Some(again)) = (answered.as_ref().ok().and_then(busy_for), again) {
                served.repeated += 1;
                tokio::time::sleep(wait).await;
                begun = Instant::now();
                answered = again.send().await;
            }
            match answered {
                Ok(answer) if answer.status().is_success() => drop(answer.bytes().await),
                Ok(answer) => served.refused.push(format!("{name}: {}", answer.status())),
                Err(error) => served.refused.push(format!("{name}: {error:?}")),
            }
            served.calls += 1;
            if begun.elapsed() > served.slowest {
                served.slowest = begun.elapsed();
                served.slowest_call = name.to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    served
}
