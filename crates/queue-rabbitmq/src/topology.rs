//! What is declared on the broker. Declaring it again changes nothing.

use campanile_domain::Lane;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{Channel, ExchangeKind};

use crate::RabbitSettings;

/// A message returned more often than this goes to the dead-letter queue. RabbitMQ 3.x has no default limit (4.x has
/// this one); poison is found by rows long before.
const DELIVERY_LIMIT: i64 = 20;

/// Declares exchanges, the queues of every served channel and lane, and the dead-letter queue.
pub(crate) async fn declare(channel: &Channel, settings: &RabbitSettings) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    for (name, kind) in [
        (settings.exchange.clone(), ExchangeKind::Direct),
        (settings.dead_exchange(), ExchangeKind::Fanout),
    ] {
        channel
            .exchange_declare(name.into(), kind, durable, FieldTable::default())
            .await?;
    }
    queue(channel, settings.dead_queue(), arguments(&[])).await?;
    bind(
        channel,
        settings.dead_queue(),
        settings.dead_exchange(),
        String::new(),
    )
    .await?;
    for served in settings.channels.iter().copied() {
        for lane in Lane::ALL {
            let name = settings.queue(served, lane);
            queue(channel, name.clone(), lane_arguments(settings)).await?;
            let key = RabbitSettings::routing_key(served, lane);
            bind(channel, name, settings.exchange.clone(), key).await?;
        }
    }
    Ok(())
}

/// At-least-once dead-lettering needs `reject-publish`, else it silently is at most once.
fn lane_arguments(settings: &RabbitSettings) -> FieldTable {
    let mut table = arguments(&[
        ("x-dead-letter-exchange", &settings.dead_exchange()),
        ("x-dead-letter-strategy", "at-least-once"),
        ("x-overflow", "reject-publish"),
    ]);
    table.insert(
        "x-delivery-limit".into(),
        AMQPValue::LongLongInt(DELIVERY_LIMIT),
    );
    table
}

fn arguments(texts: &[(&str, &str)]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, text) in [("x-queue-type", "quorum")].iter().chain(texts) {
        table.insert(
            (*name).into(),
            AMQPValue::LongString(LongString::from(*text)),
        );
    }
    table
}

async fn queue(channel: &Channel, name: String, arguments: FieldTable) -> lapin::Result<()> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare(name.into(), durable, arguments)
        .await
        .map(drop)
}

async fn bind(
    channel: &Channel,
    queue: String,
    exchange: String,
    key: String,
) -> lapin::Result<()> {
    let options = QueueBindOptions::default();
    channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.into(),
            options,
            FieldTable::default(),
        )
        .await
}
