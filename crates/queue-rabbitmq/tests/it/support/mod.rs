//! Names of their own on the broker that all tests share.
#![allow(dead_code, reason = "each test binary uses some of it")]

use std::time::Duration;

use campanile_domain::{Channel, DispatchId, Lane, TenantId};
use campanile_queue::{Consumer, Message, Received};
use campanile_queue_rabbitmq::{RabbitQueue, RabbitSettings};
use campanile_test_support::rabbitmq::Names;
use tokio::time::timeout;

pub const PATIENCE: Duration = Duration::from_secs(30);

/// Where tests find RabbitMQ.
pub fn url() -> String {
    std::env::var("CAMPANILE_TEST_RABBITMQ_URL")
        .unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1:5672/%2f".into())
}

/// One test's names.
pub struct Broker {
    pub name: String,
    _names: Names,
}

impl Broker {
    pub fn new() -> Self {
        let name = format!("campanile_test_{}", uuid::Uuid::new_v4().simple());
        Self {
            _names: Names::new(url(), name.clone()),
            name,
        }
    }

    pub fn settings(&self, url: &str) -> RabbitSettings {
        RabbitSettings {
            url: url.to_owned(),
            exchange: self.name.clone(),
            queue_prefix: self.name.clone(),
            confirm_timeout: Duration::from_secs(2),
            channels: vec![Channel::Webhook],
        }
    }

    pub async fn queue(&self) -> RabbitQueue {
        self.queue_at(&url()).await
    }

    pub async fn queue_at(&self, url: &str) -> RabbitQueue {
        let queue = RabbitQueue::start(self.settings(url));
        assert!(
            queue.wait_until_up(PATIENCE).await,
            "no RabbitMQ at CAMPANILE_TEST_RABBITMQ_URL"
        );
        queue
    }
}

pub fn message() -> Message {
    Message {
        tenant: TenantId::parse("acme").expect("valid"),
        dispatch: DispatchId::at(chrono::Utc::now()),
        epoch: 0,
        channel: Channel::Webhook,
        lane: Lane::Default,
        deliveries: 1,
        suspect: false,
    }
}

pub async fn next(consumer: &mut Box<dyn Consumer>) -> Received {
    let next = timeout(PATIENCE, consumer.next())
        .await
        .expect("a message in time");
    next.expect("an open queue")
}
