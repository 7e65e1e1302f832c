//! Removing what a private installation left on RabbitMQ.

use lapin::options::{ExchangeDeleteOptions, QueueDeleteOptions};
use lapin::{Connection, ConnectionProperties};

/// Deletes queues and exchanges; one that is not there is deleted like one that is.
///
/// # Errors
/// What failed. The caller bounds the time.
pub async fn remove(url: &str, queues: &[String], exchanges: &[String]) -> anyhow::Result<()> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    for queue in queues {
        channel
            .queue_delete(queue.as_str().into(), QueueDeleteOptions::default())
            .await?;
    }
    for exchange in exchanges {
        channel
            .exchange_delete(exchange.as_str().into(), ExchangeDeleteOptions::default())
            .await?;
    }
    connection.close(200, "bye".into()).await?;
    Ok(())
}
