//! Nodes on the Redis of the tests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_cache::InboxCache;
use campanile_cache_redis::RedisShared;
use campanile_domain::{Random, SystemClock};

/// Longer than any of this takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Where tests find Redis.
pub fn url() -> String {
    std::env::var("CAMPANILE_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into())
}

/// A node that is connected.
pub async fn serving(url: &str, namespace: &str) -> RedisShared {
    let node = RedisShared::start(url, namespace, Arc::new(SystemClock), Random::system());
    let node = node.expect("an address");
    until_serving(&node).await;
    node
}

/// Waits until a node is connected.
pub async fn until_serving(node: &RedisShared) {
    let until = Instant::now() + PATIENCE;
    while node.inboxes.size().await.is_none() {
        assert!(Instant::now() < until, "not connected in time");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
