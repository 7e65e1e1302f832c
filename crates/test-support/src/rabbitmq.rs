//! What tests do to a broker behind the service's back.

use std::time::Duration;

use anyhow::Context;
use campanile_domain::{Channel as Via, Lane};
use futures_util::StreamExt;
use lapin::options::{
    BasicConsumeOptions, BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions,
    QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};

/// For taking an installation's queues away.
const PATIENCE: Duration = Duration::from_secs(20);

async fn channel(url: &str) -> (Connection, Channel) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await;
    let connection = connection.unwrap_or_else(|error| panic!("no RabbitMQ for tests: {error}"));
    let channel = connection.create_channel().await.expect("a channel");
    (connection, channel)
}

/// Sends a message through a quorum queue made for it, and removes the queue.
///
/// A broker may greet, and even declare, long after it has stopped to confirm: only the whole way proves it.
///
/// # Errors
/// What failed. The caller bounds the time.
pub async fn probe(url: &str) -> anyhow::Result<()> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let name = format!("campanile_probe_{}", uuid::Uuid::new_v4().simple());
    let passed = pass(&channel, &name).await;
    let removed = channel
        .queue_delete(name.into(), QueueDeleteOptions::default())
        .await;
    passed?;
    removed.context("removing the queue")?;
    connection.close(200, "bye".into()).await?;
    Ok(())
}

async fn pass(channel: &Channel, queue: &str) -> anyhow::Result<()> {
    let mut arguments = FieldTable::default();
    let kind = AMQPValue::LongString(LongString::from("quorum"));
    arguments.insert("x-queue-type".into(), kind);
    // Of a probe that was stopped on its way nothing stays.
    arguments.insert("x-expires".into(), AMQPValue::LongInt(120_000));
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare(queue.into(), durable, arguments)
        .await
        .context("declaring a queue")?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let sent = channel
        .basic_publish(
            "".into(),
            queue.into(),
            BasicPublishOptions::default(),
            b"probe",
            BasicProperties::default(),
        )
        .await?;
    let confirmed = sent.await.context("waiting for the confirm")?;
    anyhow::ensure!(confirmed.is_ack(), "it does not take the message");
    let got = channel
        .basic_get(queue.into(), BasicGetOptions { no_ack: true })
        .await?;
    anyhow::ensure!(got.is_some(), "it confirmed a message and does not have it");
    Ok(())
}

/// The queues and exchanges of an installation of that name, removed when this is dropped, also by a test that fails:
/// what is left costs the broker memory and files for ever.
#[derive(Debug)]
pub struct Names {
    url: String,
    name: String,
}

impl Names {
    /// Makes nothing: the installation declares what it needs.
    pub fn new(url: String, name: String) -> Self {
        Self { url, name }
    }
}

impl Drop for Names {
    #[expect(
        clippy::print_stderr,
        reason = "a failing test may be under way: nothing may panic"
    )]
    fn drop(&mut self) {
        // A thread with a runtime of its own: the test's may be shutting down.
        let (url, name) = (
            std::mem::take(&mut self.url),
            std::mem::take(&mut self.name),
        );
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime
                .block_on(async { tokio::time::timeout(PATIENCE, remove(&url, &name)).await })??;
            anyhow::Ok(())
        });
        match removing.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("queues are left on the broker: {error:#}"),
            Err(_) => eprintln!("queues are left on the broker: removing them panicked"),
        }
    }
}

async fn remove(url: &str, name: &str) -> anyhow::Result<()> {
    let lanes = Via::ALL
        .iter()
        .flat_map(|via| Lane::ALL.map(|lane| format!("{name}.{}.{}", via.name(), lane.name())));
    let dead = format!("{name}.dead");
    let queues: Vec<String> = lanes.chain([dead.clone()]).collect();
    campanile_fakes::broker::remove(url, &queues, &[name.to_owned(), dead]).await
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

/// Whether there is such a queue.
///
/// # Panics
/// If the broker cannot be reached.
pub async fn exists(url: &str, queue: &str) -> bool {
    let (connection, channel) = channel(url).await;
    let passive = QueueDeclareOptions {
        passive: true,
        ..Default::default()
    };
    let declared = channel.queue_declare(queue.into(), passive, FieldTable::default());
    let exists = declared.await.is_ok();
    connection.close(200, "bye".into()).await.ok();
    exists
}

/// How many messages wait in a queue, with no consumer.
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

/// What waits in a queue, with its headers; it goes on waiting.
///
/// # Panics
/// If the broker cannot be reached or there is no such queue.
pub async fn look(url: &str, queue: &str) -> Vec<(Vec<u8>, String)> {
    let (connection, channel) = channel(url).await;
    let mut all = Vec::new();
    loop {
        let options = BasicGetOptions { no_ack: false };
        let got = channel.basic_get(queue.into(), options).await;
        let Some(got) = got.expect("the queue is there") else {
            break;
        };
        let properties = format!("{:?}", got.delivery.properties);
        all.push((got.delivery.data.clone(), properties));
    }
    // What was not acknowledged is given back.
    connection.close(200, "bye".into()).await.ok();
    all
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
