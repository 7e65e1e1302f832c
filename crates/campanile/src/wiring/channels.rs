//! The channels that this version can deliver through, and the accounts from the settings.

use std::sync::Arc;

use anyhow::bail;
use aws_lc_rs::digest::{SHA256, digest};
use campanile_channels::{ChannelSender, SenderFactory};
use campanile_config::{Settings, nearest};
use campanile_delivery::{AccountSpec, Addresses, BreakerSettings, Share};
use campanile_domain::{Channel, Clock, RecipeName, TenantId};

use super::operator;

/// The channels that every installation serves beside the inbox.
const SERVED: [Channel; 9] = [
    Channel::Push,
    Channel::WebPush,
    Channel::Apns,
    Channel::Email,
    Channel::Webhook,
    Channel::Slack,
    Channel::Discord,
    Channel::Pushover,
    Channel::Apprise,
];

/// The channels that this installation serves beside the inbox.
pub(crate) fn all_served() -> Vec<Channel> {
    let recipes = RecipeName::served().iter().copied();
    SERVED
        .into_iter()
        .chain(recipes.map(Channel::Recipe))
        .collect()
}

/// Refuses a name that neither a channel of this installation has nor a recipe: the command line takes any name that a recipe could have.
pub(crate) fn known(option: &str, channel: Channel) -> anyhow::Result<()> {
    let recipes = campanile_recipes::all()
        .iter()
        .chain(campanile_recipes::own());
    let mut known: Vec<&str> = Channel::all().map(Channel::name).collect();
    known.extend(recipes.map(|recipe| recipe.name.as_str()));
    if known.contains(&channel.name()) {
        return Ok(());
    }
    match nearest(channel.name(), known) {
        Some(meant) => bail!("{option}: unknown channel {channel}; did you mean {meant}?"),
        None => {
            let served: Vec<&str> = Channel::all().map(Channel::name).collect();
            bail!(
                "{option}: unknown channel {channel}; must be one of {}",
                served.join(", ")
            )
        }
    }
}

/// The channels asked for (all if none is named), or all apart from some.
pub(crate) fn served(asked: &[Channel], except: &[Channel]) -> anyhow::Result<Vec<Channel>> {
    let all = all_served();
    for (option, channel) in asked
        .iter()
        .map(|channel| ("--channels", channel))
        .chain(except.iter().map(|channel| ("--except", channel)))
    {
        match channel {
            Channel::InApp => {
                bail!("{option}: in_app needs no worker; storing the notification delivers it")
            }
            served if all.contains(served) => {}
            other => {
                known(option, *other)?;
                let names: Vec<&str> = all.iter().map(|channel| channel.name()).collect();
                bail!(
                    "{option}: this installation does not serve {other}; must be one of {}",
                    names.join(", ")
                )
            }
        }
    }
    let asked = if asked.is_empty() { &all } else { asked };
    let left = asked.iter().filter(|channel| !except.contains(channel));
    let left: Vec<_> = left.copied().collect();
    if left.is_empty() {
        bail!("--except: no channel is left to deliver");
    }
    Ok(left)
}

/// What makes the senders of all accounts, the operator's and tenants'.
pub(crate) fn sender_factory(settings: &Settings, clock: Arc<dyn Clock>) -> Arc<SenderFactory> {
    let security = &settings.security;
    let factory = SenderFactory::new(clock, security.allow_private_networks.clone());
    Arc::new(factory.networks_of_users(security.allow_user_networks.clone()))
}

/// The accounts that the operator's own settings describe; they are those of the tenant `default`.
/// All of them in every process: the relay plans for channels that other workers serve.
pub(crate) fn accounts(
    settings: &Settings,
    factory: &SenderFactory,
) -> anyhow::Result<Vec<AccountSpec>> {
    let url = settings.webhook.url.as_ref().map(ToString::to_string);
    let found = [
        operator::push(settings, factory)?.map(|sender| of_default(sender, Addresses::OfUsers)),
        operator::email(settings, factory)?.map(|sender| of_default(sender, Addresses::OfUsers)),
        operator::webhook(settings, factory)?
            .zip(url)
            .map(|(sender, url)| of_default(sender, Addresses::OfTenant(url))),
    ];
    Ok(found.into_iter().flatten().collect())
}

fn of_default(sender: Arc<dyn ChannelSender>, addresses: Addresses) -> AccountSpec {
    AccountSpec {
        name: "settings".into(),
        tenant: TenantId::parse("default").expect("a valid name"),
        // Settings are read once, at the start. Another URL is another receiver, which is not paused.
        version: match &addresses {
            Addresses::OfTenant(url) => digest_of(url),
            Addresses::OfUsers => "start".into(),
        },
        addresses,
        sender,
        breaker: BreakerSettings::default(),
        share: Share::default(),
        fault: None,
    }
}

/// The same in every process, and not the address itself.
fn digest_of(url: &str) -> String {
    let hash = digest(&SHA256, url.as_bytes());
    hash.as_ref()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_channel_is_no_recipe() {
        let told = |name: &str| {
            let channel = Channel::stored(name).expect("a name");
            known("--channel", channel)
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(told("email"), None);
        // A recipe of the program, whether it is served or not.
        assert_eq!(told("telegram"), None);
        let meant = "--channel: unknown channel emial; did you mean email?";
        assert_eq!(told("emial").as_deref(), Some(meant));
        let meant = "--channel: unknown channel telegarm; did you mean telegram?";
        assert_eq!(told("telegarm").as_deref(), Some(meant));
        let far = told("pigeon").expect("refused");
        assert!(far.contains("must be one of in_app, push"), "{far}");
    }
}
