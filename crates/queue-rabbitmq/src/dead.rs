//! The dead-letter queue: emptied a few messages at a time, over a separate channel.

use std::sync::Arc;

use campanile_domain::{Channel, Lane, TenantId};
use campanile_queue::{DeadMessage, Notes, QueueError};
use chrono::DateTime;
use lapin::message::Delivery;
use lapin::options::BasicGetOptions;
use lapin::types::{AMQPValue, FieldTable};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::RabbitSettings;
use crate::acknowledge::{PATIENCE, RabbitAcknowledge};
use crate::link::Link;

/// The header that says whose a message is, also to who cannot read it.
pub(crate) const TENANT_HEADER: &str = "campanile-tenant";
/// The header in which the broker lists why and where a message was dead-lettered, most recent first.
const DEATHS_HEADER: &str = "x-death";

/// The dead-letter queue as one process sees it.
pub(crate) struct DeadLetterQueue {
    link: Arc<Link>,
    /// Kept between turns: if the channel closes, the broker takes unacknowledged messages back.
    channel: Mutex<Option<lapin::Channel>>,
}

impl DeadLetterQueue {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self {
            link,
            channel: Mutex::new(None),
        }
    }

    /// Up to `limit` messages, without waiting for any.
    pub(crate) async fn take(&self, limit: usize) -> Result<Vec<DeadMessage>, QueueError> {
        let mut slot = self.channel.lock().await;
        let channel = match slot.take() {
            Some(channel) if channel.status().connected() => channel,
            _ => self.open().await?,
        };
        let mut taken = Vec::new();
        while taken.len() < limit {
            match self.one(&channel).await {
                Ok(Some(message)) => taken.push(message),
                Ok(None) => break,
                Err(error) => {
                    // An answer that comes after all must not be kept from everybody.
                    let _ = timeout(PATIENCE, channel.close(200, "bye".into())).await;
                    return Err(error);
                }
            }
        }
        *slot = Some(channel);
        Ok(taken)
    }

    async fn open(&self) -> Result<lapin::Channel, QueueError> {
        let opened = timeout(PATIENCE, self.link.channel()).await;
        let unavailable = || QueueError("RabbitMQ cannot be reached".into());
        opened.ok().flatten().ok_or_else(unavailable)
    }

    async fn one(&self, channel: &lapin::Channel) -> Result<Option<DeadMessage>, QueueError> {
        let queue = self.link.settings.dead_queue();
        let asked = channel.basic_get(queue.into(), BasicGetOptions::default());
        let got = timeout(PATIENCE, asked)
            .await
            .map_err(|_| QueueError("no answer in time".into()))?
            .map_err(|error| QueueError(error.to_string()))?;
        Ok(got.map(|got| {
            let notes = notes(&got.delivery, &self.link.settings);
            let acknowledge = Box::new(RabbitAcknowledge::new(got.delivery.acker));
            DeadMessage::new(&got.delivery.data, notes, acknowledge)
        }))
    }
}

fn notes(delivery: &Delivery, settings: &RabbitSettings) -> Notes {
    let headers = delivery.properties.headers().as_ref();
    let tenant = headers
        .and_then(|headers| text(headers, TENANT_HEADER))
        .and_then(|tenant| TenantId::parse(tenant).ok());
    let death = headers.and_then(last_death);
    let queue = death.and_then(|death| text(death, "queue"));
    let died_at = death.and_then(|death| match death.inner().get("time") {
        Some(AMQPValue::Timestamp(at)) => {
            let at = i64::try_from(*at).ok()?;
            DateTime::from_timestamp(at, 0)
        }
        _ => None,
    });
    Notes {
        tenant,
        lane: queue.and_then(|queue| lane(queue, settings)),
        died_at,
    }
}

fn last_death(headers: &FieldTable) -> Option<&FieldTable> {
    let deaths = headers.inner().get(DEATHS_HEADER)?.as_array()?;
    deaths.as_slice().first()?.as_field_table()
}

fn text<'t>(table: &'t FieldTable, name: &str) -> Option<&'t str> {
    str::from_utf8(table.inner().get(name)?.as_long_string()?.as_bytes()).ok()
}

/// The channel and lane of a queue of the service.
fn lane(queue: &str, settings: &RabbitSettings) -> Option<(Channel, Lane)> {
    let channels = settings.channels.iter().copied();
    let mut lanes = channels.flat_map(|channel| Lane::ALL.map(|lane| (channel, lane)));
    lanes.find(|(channel, lane)| settings.queue(*channel, *lane) == queue)
}
