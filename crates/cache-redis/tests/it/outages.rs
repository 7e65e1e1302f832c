//! What is kept when Redis goes away and comes back.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::{serving, until_serving, url};
use bytes::Bytes;
use campanile_cache::{
    Bucket, BucketKind, InboxCache, LeasedLimiter, Life, LimiterMode, Look, Mailbox, RateLimiter,
};
use campanile_domain::{TenantId, UserId};
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::sockets::assert_nodelay_to;
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

fn anna() -> Mailbox {
    let (tenant, user) = (TenantId::parse("acme"), UserId::parse("anna"));
    Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
}

async fn look(cache: &dyn InboxCache) -> Look {
    cache.look(&anna(), "list", Utc::now()).await
}

async fn keep(cache: &dyn InboxCache) {
    let Look::Miss(ticket) = look(cache).await else {
        panic!("nothing is kept yet");
    };
    let until = Utc::now() + TimeDelta::minutes(1);
    let page = Bytes::from_static(b"page");
    cache
        .keep(&anna(), "list", ticket, page, Life::until(until))
        .await;
    assert!(matches!(look(cache).await, Look::Hit(_)));
}

async fn proxy() -> (FaultProxy, String) {
    let proxy = FaultProxy::start(url().trim_start_matches("redis://")).await;
    let through = format!("redis://{}", proxy.address());
    (proxy, through)
}

#[tokio::test]
async fn a_write_that_could_not_be_announced_is_not_hidden_afterwards() {
    let (proxy, through) = proxy().await;
    let namespace = Uuid::new_v4().to_string();
    let writer = serving(&through, &namespace).await;
    let reader = serving(&url(), &namespace).await;
    keep(reader.inboxes.as_ref()).await;
    // Commands and the subscription.
    assert_nodelay_to(proxy.address()).await;
    proxy.cut();
    let asked = Instant::now();
    writer.inboxes.raise(&[anna()]).await;
    assert!(
        asked.elapsed() < Duration::from_millis(950),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(look(writer.inboxes.as_ref()).await, Look::Bypass);
    proxy.restore().await;
    until_serving(&writer).await;
    for node in [&reader, &writer] {
        let look = look(node.inboxes.as_ref()).await;
        assert!(matches!(look, Look::Miss(_)), "{look:?}");
    }
}

#[tokio::test]
async fn the_first_write_after_an_outage_is_reported_at_once() {
    let (proxy, through) = proxy().await;
    let namespace = Uuid::new_v4().to_string();
    let writer = serving(&through, &namespace).await;
    let reader = serving(&url(), &namespace).await;
    for _ in 0..5 {
        proxy.cut();
        writer.inboxes.raise(&[anna()]).await;
        proxy.restore().await;
        // The reader never lost Redis; the writer may find back at any moment, and void this.
        if let Look::Miss(ticket) = look(reader.inboxes.as_ref()).await {
            let until = Utc::now() + TimeDelta::minutes(1);
            let (old, cache) = (Bytes::from_static(b"old"), &reader.inboxes);
            cache
                .keep(&anna(), "list", ticket, old, Life::until(until))
                .await;
        }
        writer.inboxes.raise(&[anna()]).await;
        let look = look(reader.inboxes.as_ref()).await;
        assert!(matches!(look, Look::Miss(_)), "{look:?}");
    }
}

#[tokio::test]
async fn a_mark_outlives_its_writer_and_its_network() {
    let (proxy, through) = proxy().await;
    let namespace = Uuid::new_v4().to_string();
    let writer = serving(&through, &namespace).await;
    let reader = serving(&url(), &namespace).await;
    keep(reader.inboxes.as_ref()).await;
    let _committed_and_dead = writer.inboxes.begin(&anna()).await;
    proxy.cut();
    drop(writer);
    assert_eq!(look(reader.inboxes.as_ref()).await, Look::Bypass);
}

#[tokio::test]
async fn what_an_older_state_of_the_server_brings_back_is_void() {
    let namespace = Uuid::new_v4().to_string();
    let node = serving(&url(), &namespace).await;
    keep(node.inboxes.as_ref()).await;
    // Every node has a new connection then; the first to have one is enough.
    let after_restart = serving(&url(), &namespace).await;
    for node in [&node, &after_restart] {
        let look = look(node.inboxes.as_ref()).await;
        assert!(matches!(look, Look::Miss(_)), "{look:?}");
    }
}

#[tokio::test]
async fn a_network_that_swallows_everything_costs_little_and_once() {
    let (proxy, through) = proxy().await;
    let node = serving(&through, &Uuid::new_v4().to_string()).await;
    keep(node.inboxes.as_ref()).await;
    proxy.freeze();
    let asked = Instant::now();
    assert_eq!(look(node.inboxes.as_ref()).await, Look::Bypass);
    // A fifth of a second is promised; the rest is for a machine that is busy.
    assert!(
        asked.elapsed() < Duration::from_millis(950),
        "{:?}",
        asked.elapsed()
    );
    until_serving(&node).await;
    let look = look(node.inboxes.as_ref()).await;
    assert!(matches!(look, Look::Miss(_)), "{look:?}");
}

#[tokio::test]
async fn limits_are_shared_and_become_local_while_redis_is_away() {
    let (proxy, through) = proxy().await;
    let namespace = Uuid::new_v4().to_string();
    let near = serving(&url(), &namespace).await;
    let far = serving(&through, &namespace).await;
    let (one, other) = (
        LeasedLimiter::new(Some(near.tokens.clone())),
        LeasedLimiter::new(Some(far.tokens.clone())),
    );
    let bucket = Bucket {
        kind: BucketKind::Tenant,
        tenant: anna().tenant,
        user: None,
    };
    let buckets = [(bucket, "4/h".parse().expect("a rate"))];
    let mut admitted = 0;
    for _ in 0..4 {
        for limiter in [&one, &other] {
            let verdict = limiter.admit(&buckets).await.expect("a limit");
            admitted += u32::from(verdict.refused.is_none());
        }
    }
    assert_eq!((admitted, other.mode()), (4, LimiterMode::Redis));
    proxy.cut();
    let fresh = LeasedLimiter::new(Some(far.tokens.clone()));
    let mut admitted = 0;
    for _ in 0..8 {
        let verdict = fresh.admit(&buckets).await.expect("a limit");
        admitted += u32::from(verdict.refused.is_none());
    }
    assert_eq!((admitted, fresh.mode()), (4, LimiterMode::Local));
    proxy.restore().await;
    until_serving(&far).await;
    let back = fresh.admit(&buckets).await.expect("a limit");
    assert!(back.refused.is_some(), "the shared bucket is still empty");
    assert_eq!(fresh.mode(), LimiterMode::Redis);
}

#[tokio::test]
async fn a_busy_bucket_is_asked_for_seldom() {
    let namespace = Uuid::new_v4().to_string();
    let node = serving(&url(), &namespace).await;
    let counting = Arc::new(Counting {
        tokens: node.tokens.clone(),
        asked: 0.into(),
    });
    let limiter = LeasedLimiter::new(Some(counting.clone()));
    let bucket = Bucket {
        kind: BucketKind::Send,
        tenant: anna().tenant,
        user: None,
    };
    let buckets = [(bucket, "100000/s".parse().expect("a rate"))];
    for _ in 0..5_000 {
        let verdict = limiter.admit(&buckets).await.expect("a limit");
        assert_eq!(verdict.refused, None);
    }
    let asked = counting.asked.load(std::sync::atomic::Ordering::Relaxed);
    assert!(asked <= 50, "{asked} round trips for 5,000 requests");
}

/// Counts the round trips.
struct Counting {
    tokens: Arc<campanile_cache_redis::RedisTokens>,
    asked: std::sync::atomic::AtomicUsize,
}

#[async_trait::async_trait]
impl campanile_cache::TokenSource for Counting {
    async fn take(
        &self,
        wanted: &[campanile_cache::TokenRequest],
    ) -> Result<Vec<campanile_cache::Grant>, campanile_cache::TokensAway> {
        self.asked
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.tokens.take(wanted).await
    }
}
