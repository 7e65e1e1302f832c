//! The signal between nodes, and what becomes of it when Redis goes away and comes back.

use std::time::{Duration, Instant};

use campanile_cache::{Heard, InboxSignal, Mailbox, Read};
use campanile_cache_redis::RedisInboxSignal;
use campanile_domain::{NotificationId, Random, TenantId, UserId};
use campanile_test_support::proxy::FaultProxy;
use chrono::Utc;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{PATIENCE, url};

fn mailbox(user: &str) -> Mailbox {
    let (tenant, user) = (TenantId::parse("acme"), UserId::parse(user));
    Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
}

fn node(url: &str, namespace: &str) -> RedisInboxSignal {
    RedisInboxSignal::start(url, namespace, Random::system()).expect("an address")
}

/// A node beside Redis, and one that reaches it through a proxy.
async fn apart() -> (FaultProxy, RedisInboxSignal, RedisInboxSignal) {
    let proxy = FaultProxy::start(url().trim_start_matches("redis://")).await;
    let namespace = Uuid::new_v4().to_string();
    let through = format!("redis://{}", proxy.address());
    let (near, far) = (node(&url(), &namespace), node(&through, &namespace));
    (proxy, near, far)
}

async fn heard(signal: &RedisInboxSignal) -> Heard {
    let heard = timeout(PATIENCE, signal.heard()).await;
    heard.expect("something is heard")
}

async fn until_changed(signal: &RedisInboxSignal, whose: &Mailbox) {
    while !heard(signal).await.changed.contains_key(whose) {}
}

async fn until_missed(signal: &RedisInboxSignal) {
    while !heard(signal).await.missed {}
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < until, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_node_is_subscribed_only_to_the_channels_of_what_it_watches() {
    let signal = node(&url(), &Uuid::new_v4().to_string());
    assert_eq!(signal.channels(), 0);
    let users: Vec<_> = (0..3).map(|n| mailbox(&format!("u{n}"))).collect();
    for user in &users {
        signal.watch(user).await;
    }
    let channels = signal.channels();
    assert!((1..=3).contains(&channels), "{channels}");
    for user in &users {
        signal.unwatch(user);
    }
    until("all channels are left", || signal.channels() == 0).await;
    signal.watch(&users[0]).await;
    assert_eq!(signal.channels(), 1);
}

#[tokio::test]
async fn an_announcement_is_heard_once_by_the_node_that_makes_it() {
    let namespace = Uuid::new_v4().to_string();
    let (one, other) = (node(&url(), &namespace), node(&url(), &namespace));
    let (anna, bert) = (mailbox("anna"), mailbox("bert"));
    for node in [&one, &other] {
        node.watch(&anna).await;
        node.watch(&bert).await;
    }
    one.changed(std::slice::from_ref(&anna));
    assert!(heard(&one).await.changed.contains_key(&anna));
    until_changed(&other, &anna).await;
    // The answer comes after everything that was said before it.
    other.changed(std::slice::from_ref(&bert));
    let next = heard(&one).await;
    assert!(next.changed.contains_key(&bert), "{next:?}");
    assert!(!next.changed.contains_key(&anna), "no echo of one's own");
}

#[tokio::test]
async fn another_installation_on_the_same_server_hears_nothing() {
    let mine = Uuid::new_v4().to_string();
    let (one, other) = (node(&url(), &mine), node(&url(), &mine));
    let stranger = node(&url(), &Uuid::new_v4().to_string());
    let anna = mailbox("anna");
    other.watch(&anna).await;
    stranger.watch(&anna).await;
    one.changed(std::slice::from_ref(&anna));
    until_changed(&other, &anna).await;
    let nothing = timeout(Duration::from_millis(200), stranger.heard()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

#[tokio::test]
async fn a_node_that_lost_the_server_reports_it_when_it_hears_again() {
    let (proxy, near, far) = apart().await;
    let anna = mailbox("anna");
    far.watch(&anna).await;
    near.changed(std::slice::from_ref(&anna));
    until_changed(&far, &anna).await;
    for _ in 0..3 {
        proxy.cut();
        until("the loss is noticed", || far.channels() == 0).await;
        near.changed(std::slice::from_ref(&anna));
        // A watch begins all the same, and does not wait for the server.
        let began = Instant::now();
        far.watch(&mailbox("bert")).await;
        assert!(began.elapsed() < Duration::from_secs(5));
        proxy.restore().await;
        until_missed(&far).await;
        near.changed(std::slice::from_ref(&anna));
        until_changed(&far, &anna).await;
    }
}

#[tokio::test]
async fn what_is_announced_during_an_outage_is_sent_after_it() {
    let (proxy, near, far) = apart().await;
    let (anna, bert) = (mailbox("anna"), mailbox("bert"));
    near.watch(&anna).await;
    near.watch(&bert).await;
    far.changed(std::slice::from_ref(&anna));
    until_changed(&near, &anna).await;
    proxy.cut();
    let id = NotificationId::floor(Utc::now());
    far.read(&anna, Read::These(vec![id]));
    far.changed(std::slice::from_ref(&bert));
    // This node never lost the server, so nothing but the announcement itself tells it.
    proxy.restore().await;
    let (mut read, mut is_reported) = (Vec::new(), false);
    while read.is_empty() || !is_reported {
        let mut heard = heard(&near).await;
        is_reported |= heard.changed.contains_key(&bert);
        read.extend(heard.changed.remove(&anna).unwrap_or_default().read);
    }
    assert_eq!(read, [id]);
}

#[tokio::test]
async fn a_network_that_swallows_everything_is_noticed() {
    let (proxy, near, far) = apart().await;
    let anna = mailbox("anna");
    far.watch(&anna).await;
    proxy.freeze();
    until_missed(&far).await;
    near.changed(std::slice::from_ref(&anna));
    until_changed(&far, &anna).await;
}

#[tokio::test]
async fn connections_that_the_server_kills_are_replaced() {
    let namespace = Uuid::new_v4().to_string();
    // By the number of its database, which does not matter to channels, this node is distinguished from those of other tests.
    let signal = node(&format!("{}/13", url()), &namespace);
    let other = node(&url(), &namespace);
    let anna = mailbox("anna");
    signal.watch(&anna).await;
    let client = redis::Client::open(url()).expect("an address");
    let admin = client.get_multiplexed_async_connection().await;
    let mut admin = admin.expect("connected");
    let list = redis::cmd("CLIENT")
        .arg("LIST")
        .query_async(&mut admin)
        .await;
    let list: String = list.expect("listed");
    let mut killed = 0;
    for line in list.lines().filter(|line| line.contains(" db=13 ")) {
        let id = line.split([' ', '=']).nth(1).expect("an id");
        let kill = redis::cmd("CLIENT").arg(&["KILL", "ID", id]).to_owned();
        killed += kill.query_async::<u32>(&mut admin).await.expect("killed");
    }
    assert!(killed > 0);
    until_missed(&signal).await;
    other.changed(std::slice::from_ref(&anna));
    until_changed(&signal, &anna).await;
}

#[tokio::test]
async fn a_flood_of_announcements_over_many_inboxes_arrives_whole() {
    let namespace = Uuid::new_v4().to_string();
    let (one, other) = (node(&url(), &namespace), node(&url(), &namespace));
    let all: Vec<_> = (0..2_000).map(|n| mailbox(&format!("u{n}"))).collect();
    for whose in &all {
        other.watch(whose).await;
    }
    one.changed(&all);
    let mut left: std::collections::HashSet<_> = all.iter().cloned().collect();
    while !left.is_empty() {
        for whose in heard(&other).await.changed.keys() {
            left.remove(whose);
        }
    }
    assert!(
        other.channels() > 200,
        "they are spread: {}",
        other.channels()
    );
}
