//! What tests do to a broker behind the service's back.

use std::time::Duration;

use futures_util::StreamExt;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ExchangeDeleteOptions, QueueDeclareOptions,
    QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};

async fn channel(url: &str) -> (Connection, Channel) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await;
    let connection = connection.unwrap_or_else(|error| panic!("no RabbitMQ for tests: {error}"));
    let channel = connection.create_channel().await.expect("a channel");
    (connection, channel)
}

/// Removes the queues and exchanges of an installation of that name.
///
/// # Panics
/// If the broker cannot be reached.
pub async fn remove(url: &str, name: &str) {
    let (connection, channel) = channel(url).await;
    for queue in lanes(name).into_iter().chain([format!("{name}.dead")]) {
        channel
            .queue_delete(queue.into(), QueueDeleteOptions::default())
            .await
            .ok();
    }
    for exchange in [name.to_owned(), format!("{name}.dead")] {
        channel
            .exchange_delete(exchange.into(), ExchangeDeleteOptions::default())
            .await
            .ok();
    }
    connection.close(200, "bye".into()).await.ok();
}

/// Empties the queues of an installation, as a broker that lost its disk would; says how many
/// messages are gone.
///
/// # Panics
/// If the broker cannot be reached.
pub async fn wipe(url: &str, name: &str) -> u32 {
    let (connection, channel) = channel(url).await;
    let mut gone = 0;
    for queue in lanes(name) {
        let purged = channel
            .queue_purge(queue.into(), QueuePurgeOptions::default())
            .await;
        gone += purged.expect("the queue is there");
    }
    connection.close(200, "bye".into()).await.ok();
    gone
}

fn lanes(name: &str) -> [String; 3] {
    ["critical", "default", "bulk"].map(|lane| format!("{name}.webhook.{lane}"))
}

/// Puts bytes into a queue.
///
/// # Panics
/// If the broker cannot be reached.
pub async fn publish(url: &str, queue: &str, bytes: &[u8]) {
    publish_with(url, queue, BasicProperties::default(), bytes).await;
}

/// The same with the header that says whose they are.
///
/// # Panics
/// If the broker cannot be reached.
pub async fn publish_of(url: &str, queue: &str, tenant: &str, bytes: &[u8]) {
    let mut headers = FieldTable::default();
    let tenant = AMQPValue::LongString(LongString::from(tenant));
    headers.insert("campanile-tenant".into(), tenant);
    let properties = BasicProperties::default().with_headers(headers);
    publish_with(url, queue, properties, bytes).await;
}

/// How many messages wait in a queue, in nobody's hands.
///
/// # Panics
/// If the broker cannot be reached or there is no such queue.
pub async fn waiting(url: &str, queue: &str) -> u32 {
    let (connection, channel) = channel(url).await;
    let passive = QueueDeclareOptions {
        passive: true,
        ..Default::default()
    };
    let declared = channel.queue_declare(queue.into(), passive, FieldTable::default());
    let count = declared.await.expect("the queue is there").message_count();
    connection.close(200, "bye".into()).await.ok();
    count
}

async fn publish_with(url: &str, queue: &str, properties: BasicProperties, bytes: &[u8]) {
    let (connection, channel) = channel(url).await;
    let options = BasicPublishOptions::default();
    let sent = channel
        .basic_publish("".into(), queue.into(), options, bytes, properties)
        .await;
    sent.expect("published").await.expect("taken");
    // Closing waits until the broker has everything.
    connection.close(200, "bye".into()).await.expect("closed");
}

/// Waits for a message in a queue and gives its bytes.
///
/// # Panics
/// If none comes within half a minute.
pub async fn take(url: &str, queue: &str) -> Vec<u8> {
    let (connection, channel) = channel(url).await;
    let options = BasicConsumeOptions {
        no_ack: true,
        ..Default::default()
    };
    let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    let mut messages = consumer.await.expect("the queue is there");
    let message = tokio::time::timeout(Duration::from_secs(30), messages.next()).await;
    let message = message
        .expect("a message in time")
        .expect("an open channel")
        .expect("readable");
    connection.close(200, "bye".into()).await.ok();
    message.data
}
