//! The ways out that this version can deliver by, from the operator's own settings.

use std::sync::Arc;

use anyhow::bail;
use campanile_channels::ChannelSender;
use campanile_config::Settings;
use campanile_domain::{Channel, TenantId, Ways};

use super::operator;

/// The channels that this version serves beside the inbox.
pub(crate) const SERVED: [Channel; 3] = [Channel::Push, Channel::Email, Channel::Webhook];

/// Senders for the channels asked for (all if none is named).
pub(crate) fn senders(
    settings: &Settings,
    asked: &[Channel],
) -> anyhow::Result<Vec<Arc<dyn ChannelSender>>> {
    let mut senders: Vec<Arc<dyn ChannelSender>> = Vec::new();
    for channel in if asked.is_empty() { &SERVED } else { asked } {
        match channel {
            Channel::InApp => bail!("--channels: in_app needs no worker, its row is the delivery"),
            Channel::Push => senders.extend(operator::push(settings)?),
            Channel::Email => senders.extend(operator::email(settings)?),
            Channel::Webhook => senders.extend(operator::webhook(settings)?),
            other => bail!(
                "--channels: {other} is not served by this version; it serves {}",
                SERVED.map(Channel::name).join(", ")
            ),
        }
    }
    Ok(senders)
}

/// The operator's own settings serve the tenant `default`.
pub(crate) fn ways(settings: &Settings) -> Arc<Ways> {
    let mut ways = Ways::default();
    let tenant = || TenantId::parse("default").expect("a valid name");
    if settings.fcm.project_id.is_some() {
        ways.add_for_users(tenant(), Channel::Push);
    }
    if settings.smtp.host.is_some() {
        ways.add_for_users(tenant(), Channel::Email);
    }
    if let Some(url) = &settings.webhook.url {
        ways.add(tenant(), Channel::Webhook, url.to_string());
    }
    Arc::new(ways)
}
