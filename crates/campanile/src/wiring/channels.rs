//! The ways out that this version can deliver by, from the operator's own settings.

use std::sync::Arc;

use anyhow::{Context, bail};
use campanile_channels::ChannelSender;
use campanile_channels::webhook::{WebhookChannel, WebhookSettings};
use campanile_config::Settings;
use campanile_domain::{Channel, Subscriptions, TenantId};

/// The channels that this version serves beside the inbox.
pub(crate) const SERVED: [Channel; 1] = [Channel::Webhook];

/// Calls in flight per channel and process.
const CONCURRENCY: usize = 128;

/// Senders for the channels asked for (all if none is named).
pub(crate) fn senders(
    settings: &Settings,
    asked: &[Channel],
) -> anyhow::Result<Vec<Arc<dyn ChannelSender>>> {
    let mut senders: Vec<Arc<dyn ChannelSender>> = Vec::new();
    for channel in if asked.is_empty() { &SERVED } else { asked } {
        match channel {
            Channel::InApp => bail!("--channels: in_app needs no worker, its row is the delivery"),
            Channel::Webhook => senders.extend(webhook(settings)?),
            other => bail!(
                "--channels: {other} is not served by this version; it serves {}",
                SERVED.map(Channel::name).join(", ")
            ),
        }
    }
    Ok(senders)
}

/// The operator's own settings serve the tenant `default`.
pub(crate) fn ways(settings: &Settings) -> Arc<Subscriptions> {
    let mut ways = Subscriptions::default();
    if let Some(url) = &settings.webhook.url {
        let tenant = TenantId::parse("default").expect("a valid name");
        ways.add(tenant, Channel::Webhook, url.to_string());
    }
    Arc::new(ways)
}

fn webhook(settings: &Settings) -> anyhow::Result<Option<Arc<dyn ChannelSender>>> {
    let (Some(url), Some(secret)) = (&settings.webhook.url, &settings.webhook.secret) else {
        return Ok(None);
    };
    let account = WebhookSettings::parse(url.as_str(), secret.clone())?;
    let allowed = settings.security.allow_private_networks.clone();
    let channel = WebhookChannel::new(account, allowed, CONCURRENCY)
        .context("the webhook channel cannot be set up")?;
    Ok(Some(Arc::new(channel)))
}
