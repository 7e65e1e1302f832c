//! One task publishes for the whole process: confirms of one channel must not be interleaved.

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use campanile_queue::{Message, PublishOutcome};
use futures_util::future::join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::RabbitSettings;
use crate::dead::TENANT_HEADER;
use crate::link::Link;

/// Messages on their way at once: a broker's acknowledgement scans all that wait for theirs.
const AT_ONCE: usize = 512;
/// How often it is looked at whether the connection stands, while there is nothing to publish.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// AMQP's number for "write it to disk".
const PERSISTENT: u8 = 2;

/// Messages to publish, and where their outcomes go.
pub(crate) struct Request {
    pub(crate) messages: Vec<Message>,
    pub(crate) reply: oneshot::Sender<Vec<PublishOutcome>>,
}

/// Publishes until every sender is gone or the link stops.
pub(crate) async fn run(link: Arc<Link>, mut requests: mpsc::Receiver<Request>) {
    while let Some(channel) = connected(&link, &mut requests).await {
        let lost = loop {
            let request = tokio::select! {
                () = link.stop.cancelled() => return,
                request = requests.recv() => request,
                () = sleep(LOOK_EVERY), if channel.status().connected() => continue,
                // It is gone, and the next request need not be the one that finds out.
                () = ready(()), if !channel.status().connected() => break true,
            };
            let Some(request) = request else { return };
            let mut batch = vec![request];
            let mut waiting = batch[0].messages.len();
            while waiting < AT_ONCE {
                let Ok(next) = requests.try_recv() else { break };
                waiting += next.messages.len();
                batch.push(next);
            }
            if !serve(&channel, &link, batch).await {
                break true;
            }
        };
        if lost {
            link.lost();
        }
    }
}

/// A channel in confirm mode. A caller gets an error at once while there is none.
async fn connected(link: &Link, requests: &mut mpsc::Receiver<Request>) -> Option<Channel> {
    loop {
        // One attempt for all who ask meanwhile: begun anew for each of them, it would never end.
        let mut opening = pin!(link.channel());
        let channel = loop {
            tokio::select! {
                channel = &mut opening => break channel?,
                request = requests.recv() => refuse(request?),
            }
        };
        // The link counts as up from here, so callers now wait instead of being refused.
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        match timeout(link.settings.confirm_timeout, confirms).await {
            Ok(Ok(())) => return Some(channel),
            Ok(Err(error)) => link.outage.failed(&error),
            Err(_) => link
                .outage
                .failed(&"RabbitMQ did not enable publisher confirms in time"),
        }
        link.lost();
    }
}

fn refuse(request: Request) {
    let outcomes = vec![PublishOutcome::Unconfirmed; request.messages.len()];
    let _ = request.reply.send(outcomes);
}

/// Publishes a batch; returns whether the channel is still good. After a missing confirm the rest is refused: each
/// would wait as long in vain before the link reconnects.
async fn serve(channel: &Channel, link: &Link, batch: Vec<Request>) -> bool {
    let (mut good, settings) = (true, &link.settings);
    for request in batch {
        let mut outcomes = Vec::with_capacity(request.messages.len());
        for part in request.messages.chunks(AT_ONCE) {
            if !good {
                outcomes.extend(vec![PublishOutcome::Unconfirmed; part.len()]);
                continue;
            }
            match timeout(settings.confirm_timeout, publish(channel, settings, part)).await {
                Ok(confirmed) => outcomes.extend(confirmed),
                Err(_) => {
                    link.outage.failed(&"RabbitMQ did not confirm in time");
                    outcomes.extend(vec![PublishOutcome::Unconfirmed; part.len()]);
                    good = false;
                }
            }
        }
        let _ = request.reply.send(outcomes);
    }
    good && channel.status().connected()
}

/// What is said beside the bytes, for who cannot read them.
fn headers(message: &Message) -> FieldTable {
    let mut headers = FieldTable::default();
    let tenant = LongString::from(message.tenant.as_str());
    headers.insert(TENANT_HEADER.into(), AMQPValue::LongString(tenant));
    headers
}

/// All frames first, then all confirms: one round trip for many messages.
async fn publish(
    channel: &Channel,
    settings: &RabbitSettings,
    messages: &[Message],
) -> Vec<PublishOutcome> {
    let options = BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    let properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into());
    let sent = join_all(messages.iter().map(|message| {
        let headers = headers(message);
        let (bytes, properties) = (message.to_bytes(), properties.clone().with_headers(headers));
        async move {
            let key = RabbitSettings::routing_key(message.channel, message.lane);
            channel
                .basic_publish(
                    settings.exchange.clone().into(),
                    key.into(),
                    options,
                    &bytes,
                    properties,
                )
                .await
        }
    }))
    .await;
    join_all(sent.into_iter().map(|confirm| async move {
        match confirm {
            Ok(confirm) => match confirm.await {
                // Only this means "in a queue": an unroutable message is acknowledged as well, and
                // comes back inside the acknowledgement.
                Ok(Confirmation::Ack(None)) => PublishOutcome::Confirmed,
                Ok(
                    Confirmation::Ack(Some(_)) | Confirmation::Nack(_) | Confirmation::NotRequested,
                )
                | Err(_) => PublishOutcome::Unconfirmed,
            },
            Err(_) => PublishOutcome::Unconfirmed,
        }
    }))
    .await
}
