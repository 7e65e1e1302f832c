//! Two processes on one Redis server, and what becomes of them without it.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::time::{Duration, Instant};

use campanile_cache::{Bus, Wake};
use campanile_cache_redis::RedisBus;
use campanile_domain::Random;
use campanile_test_support::proxy::FaultProxy;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::time::timeout;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

fn url() -> String {
    std::env::var("CAMPANILE_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into())
}

fn namespace() -> String {
    format!("test-{}", Uuid::new_v4())
}

/// A bus that has subscribed: it wakes its own listeners once when it has.
async fn subscribed(url: &str, namespace: &str) -> (RedisBus, Receiver<Wake>) {
    let bus = RedisBus::start(url, namespace, Random::system()).expect("an address");
    let mut listener = bus.listen();
    for wake in Wake::ALL {
        assert_eq!(heard(&mut listener).await, wake);
    }
    (bus, listener)
}

async fn heard(listener: &mut Receiver<Wake>) -> Wake {
    let wake = timeout(PATIENCE, listener.recv()).await;
    wake.expect("a wake in time").expect("a bus that goes on")
}

/// Waits for a wake of the outbox; one that is subscribed again also wakes for templates.
async fn woken(listener: &mut Receiver<Wake>) {
    while heard(listener).await != Wake::Outbox {}
}

#[tokio::test]
async fn each_reason_reaches_the_other_process() {
    let namespace = namespace();
    let (one, _ours) = subscribed(&url(), &namespace).await;
    let (_two, mut theirs) = subscribed(&url(), &namespace).await;
    one.wake(Wake::Templates);
    assert_eq!(heard(&mut theirs).await, Wake::Templates);
    one.wake(Wake::Outbox);
    assert_eq!(heard(&mut theirs).await, Wake::Outbox);
}

#[tokio::test]
async fn a_wake_reaches_the_other_process_once_and_oneself_once() {
    let namespace = namespace();
    let (one, mut ours) = subscribed(&url(), &namespace).await;
    let (two, mut theirs) = subscribed(&url(), &namespace).await;
    one.wake(Wake::Outbox);
    woken(&mut ours).await;
    woken(&mut theirs).await;
    // An answer from the other side comes after everything that was said before it.
    two.wake(Wake::Outbox);
    woken(&mut theirs).await;
    woken(&mut ours).await;
    assert_eq!(
        ours.try_recv(),
        Err(TryRecvError::Empty),
        "no echo of one's own"
    );
    assert_eq!(
        theirs.try_recv(),
        Err(TryRecvError::Empty),
        "no echo of one's own"
    );
    assert!(one.health().await.up);
}

#[tokio::test]
async fn another_installation_on_the_same_server_hears_nothing() {
    let (mine, yours) = (namespace(), namespace());
    let (one, _) = subscribed(&url(), &mine).await;
    let (two, mut theirs) = subscribed(&url(), &mine).await;
    let (_other, mut others) = subscribed(&url(), &yours).await;
    one.wake(Wake::Outbox);
    woken(&mut theirs).await;
    assert_eq!(others.try_recv(), Err(TryRecvError::Empty));
    drop(two);
}

#[tokio::test]
async fn a_thousand_wakes_are_few_commands() {
    let namespace = namespace();
    let (one, _) = subscribed(&url(), &namespace).await;
    let (_two, mut theirs) = subscribed(&url(), &namespace).await;
    for _ in 0..1_000 {
        one.wake(Wake::Outbox);
    }
    woken(&mut theirs).await;
    // The task was not run in between, so all of them are one request; one more may follow it.
    assert!(
        (1..=2).contains(&one.commands_sent()),
        "{}",
        one.commands_sent()
    );
}

#[tokio::test]
async fn without_the_server_the_process_wakes_itself_and_hears_again_afterwards() {
    let proxy = FaultProxy::start(url().trim_start_matches("redis://")).await;
    let (namespace, through) = (namespace(), format!("redis://{}", proxy.address()));
    let (one, mut ours) = subscribed(&through, &namespace).await;
    let (two, mut theirs) = subscribed(&url(), &namespace).await;
    proxy.cut();
    one.wake(Wake::Outbox);
    woken(&mut ours).await;
    assert!(!one.health().await.up);
    two.wake(Wake::Outbox);
    woken(&mut theirs).await;
    proxy.restore().await;
    // What the other said meanwhile is lost, so it is woken once it is subscribed again.
    woken(&mut ours).await;
    two.wake(Wake::Outbox);
    woken(&mut ours).await;
    woken(&mut theirs).await;
    one.wake(Wake::Outbox);
    woken(&mut theirs).await;
    assert!(one.health().await.up);
}

#[tokio::test]
async fn a_network_that_swallows_everything_is_noticed() {
    let proxy = FaultProxy::start(url().trim_start_matches("redis://")).await;
    let (namespace, through) = (namespace(), format!("redis://{}", proxy.address()));
    let (one, mut ours) = subscribed(&through, &namespace).await;
    let (two, _) = subscribed(&url(), &namespace).await;
    assert!(one.health().await.up);
    proxy.freeze();
    let asked = Instant::now();
    assert!(!one.health().await.up, "no answer comes");
    // Half a second is promised; the rest is for a machine that is busy.
    assert!(
        asked.elapsed() < Duration::from_millis(950),
        "{:?}",
        asked.elapsed()
    );
    // It subscribes anew and wakes, because of what may have been missed.
    woken(&mut ours).await;
    two.wake(Wake::Outbox);
    woken(&mut ours).await;
}

#[tokio::test]
async fn a_dropped_bus_lets_go_of_the_server() {
    let proxy = FaultProxy::start(url().trim_start_matches("redis://")).await;
    let through = format!("redis://{}", proxy.address());
    let (bus, mut listener) = subscribed(&through, &namespace()).await;
    assert!(bus.health().await.up);
    assert!(
        proxy.connections() >= 2,
        "one to listen, one for commands: {}",
        proxy.connections()
    );
    drop(bus);
    let until = Instant::now() + PATIENCE;
    while proxy.connections() > 0 {
        assert!(Instant::now() < until, "{} left", proxy.connections());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while let Ok(_earlier_wake) = listener.try_recv() {}
    assert_eq!(listener.try_recv(), Err(TryRecvError::Closed));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_being_shown() {
    for wrong in [
        "",
        "127.0.0.1",
        "http://user:hunter2@host/",
        "redis://:hunter2@host:port/",
    ] {
        let Err(refused) = RedisBus::start(wrong, "x", Random::system()) else {
            panic!("{wrong}")
        };
        assert!(refused.to_string().contains("redis://"), "{refused}");
        assert!(
            !format!("{refused:?} {refused}").contains("hunter2"),
            "{refused:?}"
        );
    }
}
