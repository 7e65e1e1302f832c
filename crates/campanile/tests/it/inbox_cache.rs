//! Two API processes on one Redis: what is written on one is read on the other at once.

use std::time::Duration;

use campanile_test_support::proxy::FaultProxy;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::cluster::Cluster;
use crate::support::Process;

/// Enough to meet every race that is not very rare; the long run is ignored unless asked for.
const A_FEW: usize = 300;
const MANY: usize = 10_000;

/// Sends to one user on one node, and reads on the other.
struct Pair {
    client: reqwest::Client,
    writer: String,
    reader: String,
    service: String,
    user: String,
    sent: u64,
}

impl Pair {
    fn new(cluster: &Cluster, writer: &Process, reader: &Process) -> Self {
        let url = |process: &Process| format!("http://{}/api/v1/notifications", process.address());
        Self {
            client: reqwest::Client::new(),
            writer: url(writer),
            reader: url(reader),
            service: cluster.token("service", "notifications:send"),
            user: cluster.token("anna", "inbox"),
            sent: 0,
        }
    }

    async fn send(&mut self) {
        let body = json!({
            "notification_type": "t", "recipients": ["anna"], "content": {}, "channels": ["in_app"],
        });
        let request = self.client.post(&self.writer).bearer_auth(&self.service);
        let answer = request.json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        self.sent += 1;
    }

    async fn read(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.reader));
        let answer = request.bearer_auth(&self.user).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// Whether the reader's answers, asked for twice so that the second may be a kept one, are older
    /// than what was promised.
    async fn is_stale(&self) -> bool {
        let mut stale = false;
        for _ in 0..2 {
            stale |= self.read("/count").await["count"] != self.sent;
            stale |= self.read("?limit=1").await["total"] != self.sent;
        }
        stale
    }

    async fn stale_of(&mut self, rounds: usize) -> usize {
        let mut stale = 0;
        for _ in 0..rounds {
            self.send().await;
            stale += usize::from(self.is_stale().await);
        }
        stale
    }

    /// Waits until the reader answers from the cache again.
    async fn until_cached(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let before = self.read("/health").await["cache"]["hit_rate"].as_f64();
            self.read("/count").await;
            self.read("/count").await;
            // The report is at most a second old.
            sleep(Duration::from_millis(1_100)).await;
            if self.read("/health").await["cache"]["hit_rate"].as_f64() > before {
                return;
            }
            assert!(Instant::now() < until, "the cache never answers");
        }
    }
}

async fn nothing_is_stale(rounds: usize) {
    let cluster = Cluster::new().await;
    let (one, other) = (cluster.api(), cluster.api());
    let mut pair = Pair::new(&cluster, &one, &other);
    pair.until_cached().await;
    assert_eq!(pair.stale_of(rounds).await, 0);
    let health = pair.read("/health").await;
    let rate = health["cache"]["hit_rate"].as_f64().unwrap();
    println!("{rounds} rounds, hit rate {rate}");
    // Of four questions after each write two can be answered from the cache.
    assert!((0.4..=0.6).contains(&rate), "{health}");
    drop((one, other));
}

async fn nothing_is_stale_around_an_outage(rounds: usize) {
    let mut cluster = Cluster::new().await;
    let proxy: FaultProxy = cluster.through_proxy("REDIS_URL").await;
    let (one, other) = (cluster.api(), cluster.api());
    let mut pair = Pair::new(&cluster, &one, &other);
    for _ in 0..3 {
        assert_eq!(pair.stale_of(rounds).await, 0, "before");
        proxy.cut();
        assert_eq!(pair.stale_of(rounds).await, 0, "without Redis");
        proxy.restore().await;
        assert_eq!(pair.stale_of(rounds).await, 0, "afterwards");
    }
    pair.until_cached().await;
    drop((one, other));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_writes_the_other_reads_at_once() {
    nothing_is_stale(A_FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_redis_costs_no_error_and_hides_nothing() {
    nothing_is_stale_around_an_outage(A_FEW / 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes; cargo test -p campanile --test it -- --ignored inbox_cache"]
async fn ten_thousand_writes_are_read_at_once() {
    nothing_is_stale(MANY).await;
    nothing_is_stale_around_an_outage(MANY / 10).await;
}
