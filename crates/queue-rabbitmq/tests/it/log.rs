//! A broker that cannot be used is logged once, however many need it and however often they try.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::time::Duration;

use crate::support::{Broker, PATIENCE, url};
use campanile_domain::{Channel, Lane};
use campanile_queue::Queue;
use campanile_queue_rabbitmq::RabbitQueue;
use campanile_test_support::log::Lines;
use campanile_test_support::proxy::FaultProxy;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tracing::subscriber::DefaultGuard;

/// Tries that are waited for, of which all but the first are silent.
const TRIES: usize = 4;

/// What a test has logged.
struct Log {
    lines: Lines,
    _collected: DefaultGuard,
}

impl Log {
    fn collect() -> Self {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt()
            .with_env_filter("off,campanile=debug")
            .with_ansi(false)
            .with_writer(lines.clone())
            .finish();
        let _collected = Lines::collect(log);
        Self { lines, _collected }
    }

    fn of(&self, level: &str) -> Vec<String> {
        let text = self.lines.text();
        let lines = text.lines().filter(|line| line.contains(level));
        lines.map(str::to_owned).collect()
    }

    /// Each try is a line for who debugs.
    async fn until_tried(&self, times: usize) {
        let tried = async {
            while self.of("DEBUG").len() + self.of("WARN").len() < times {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, tried).await.expect("nobody tried again");
    }
}

/// All lanes of a channel are consumed, and something is to be published.
async fn used(broker: &Broker, url: &str) -> RabbitQueue {
    let queue = RabbitQueue::start(broker.settings(url));
    for lane in Lane::ALL {
        // Its task goes on while there is a queue.
        std::mem::forget(queue.consume(Channel::Webhook, lane, 10).await.unwrap());
    }
    queue
}

#[tokio::test]
async fn an_absent_broker_is_one_line() {
    let log = Log::collect();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("amqp://guest:guest@{}/%2f", free.local_addr().unwrap());
    drop(free);
    let queue = used(&Broker::new(), &nobody).await;
    log.until_tried(TRIES).await;
    queue.close().await;
    assert_eq!(log.of("WARN").len(), 1, "{:?}", log.of("WARN"));
    assert!(log.of("WARN")[0].contains("RabbitMQ failed"));
}

#[tokio::test]
async fn a_wrong_password_is_one_line_and_is_not_in_it() {
    let log = Log::collect();
    let mut wrong = url::Url::parse(&url()).unwrap();
    wrong.set_password(Some("hunter2")).unwrap();
    let queue = used(&Broker::new(), wrong.as_str()).await;
    log.until_tried(TRIES).await;
    queue.close().await;
    let reported = log.of("WARN");
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(!reported[0].contains("hunter2"), "{reported:?}");
}

#[tokio::test]
async fn a_broker_that_goes_and_comes_back_is_two_lines() {
    let log = Log::collect();
    let broker = Broker::new();
    let mut through = url::Url::parse(&url()).unwrap();
    let upstream = (through.host_str().unwrap(), through.port().unwrap_or(5672));
    let proxy = FaultProxy::start(&format!("{}:{}", upstream.0, upstream.1)).await;
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(proxy.address().port())).unwrap();
    let queue = used(&broker, through.as_str()).await;
    assert!(queue.wait_until_up(PATIENCE).await);
    proxy.cut();
    log.until_tried(TRIES).await;
    assert!(!queue.health().await.up);
    proxy.restore().await;
    let reported = async {
        while log.of("INFO").is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, reported)
        .await
        .expect("it never came back");
    queue.close().await;
    assert_eq!(log.of("WARN").len(), 1, "{:?}", log.of("WARN"));
    assert_eq!(log.of("INFO").len(), 1, "{:?}", log.of("INFO"));
    assert!(log.of("INFO")[0].contains("RabbitMQ works again"));
}
