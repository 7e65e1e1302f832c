//! From an account to its sender: the settings of its channel, held to what tenants may reach.

use std::sync::Arc;

use campanile_channels::email::{EmailError, EmailSettings, EmailTls};
use campanile_channels::push::{PushError, PushSettings, ServiceAccount};
use campanile_channels::recipe::recipe;
use campanile_channels::webhook::{WebhookError, WebhookSettings};
use campanile_channels::{ChannelSender, Guard, Reach, SenderFactory};
use campanile_domain::Channel;
use campanile_fields::{FieldCode, FieldError};
use url::Url;

use crate::read::wrong;
use crate::recipe::{field_error, own_address, places, settings};
use crate::{Account, BuildError, apns, web_push};

/// A sender, and the address of its deliveries where that is the tenant's and not the users'.
pub struct Built {
    /// Makes the calls.
    pub sender: Arc<dyn ChannelSender>,
    /// A webhook's URL, or the address that a recipe's account has for all.
    pub url: Option<String>,
}

/// Makes the sender of a tenant's account, checking the account whole; nothing is called yet.
///
/// # Errors
/// [`BuildError`].
pub fn build(
    factory: &SenderFactory,
    channel: Channel,
    account: &Account,
) -> Result<Built, BuildError> {
    let (sender, url): (Arc<dyn ChannelSender>, _) = match channel {
        Channel::Push => {
            let made = push(account).and_then(|settings| factory.push(settings, Reach::Public));
            (Arc::new(made.map_err(of_push)?), None)
        }
        Channel::Email => {
            let made = email(account).and_then(|settings| factory.email(settings, Reach::Public));
            (Arc::new(made.map_err(of_email)?), None)
        }
        Channel::Webhook => {
            let made =
                webhook(account).and_then(|settings| factory.webhook(settings, Reach::Public));
            let url = account.text("url").map(str::to_owned);
            (Arc::new(made.map_err(of_webhook)?), url)
        }
        Channel::WebPush => {
            let made = factory.web_push(web_push::settings(account)?);
            let made = made.map_err(|error| BuildError::Client(error.to_string()))?;
            (Arc::new(made), None)
        }
        Channel::Apns => {
            let made = factory.apns(apns::settings(account)?, Reach::Public);
            (Arc::new(made.map_err(of_push)?), None)
        }
        other => return of_recipe(factory, other, account),
    };
    Ok(Built { sender, url })
}

/// Checks the addresses of an account when it is set, by the same rule as its calls. A stored account is built
/// regardless: its calls are refused one by one, and the operator's list may change. A push account's addresses are
/// part of building it.
///
/// # Errors
/// The field with an address that is not on the public internet.
pub(crate) fn check_addresses(
    guard: &Guard,
    channel: Channel,
    account: &Account,
) -> Result<(), FieldError> {
    let text = |path| account.text(path).unwrap_or_default();
    let (field, judged) = match channel {
        Channel::Webhook => {
            let judge = |url: Url| guard.check(&url);
            ("url", Url::parse(text("url")).map_or(Ok(()), judge))
        }
        Channel::Email => ("host", guard.check_host(text("host"))),
        other => {
            let mut places = places(other, account).into_iter();
            match places.find(|(_, url)| guard.check(url).is_err()) {
                Some((field, url)) => (field, guard.check(&url)),
                None => return Ok(()),
            }
        }
    };
    judged.map_err(|_| {
        let detail = "is not on the public internet";
        wrong(field, FieldCode::Invalid, detail)
    })
}

fn of_recipe(
    factory: &SenderFactory,
    channel: Channel,
    account: &Account,
) -> Result<Built, BuildError> {
    let found = recipe(channel).ok_or(BuildError::Channel(channel))?;
    let settings = settings(found, account).map_err(|errors| {
        let first = errors.into_iter().next().expect("an error names a setting");
        BuildError::Field(field_error(first))
    })?;
    let made = factory.recipe(channel, found, settings, Reach::Public);
    let sender = made.map_err(|error| BuildError::Client(error.to_string()))?;
    let secrets: Vec<String> = account.secrets.keys().cloned().collect();
    let url = own_address(channel, &account.public, &secrets);
    Ok(Built {
        sender: Arc::new(sender),
        url,
    })
}

fn push(account: &Account) -> Result<PushSettings, PushError> {
    let text = |path| account.text(path).map(str::to_owned);
    PushSettings::parse(&ServiceAccount {
        project_id: text("project_id"),
        client_email: text("client_email"),
        private_key: account.secret("private_key").cloned(),
        private_key_id: text("private_key_id"),
        token_uri: text("token_uri"),
        endpoint: text("endpoint"),
    })
}

fn email(account: &Account) -> Result<EmailSettings, EmailError> {
    let (tls, usual) = match account.text("tls").unwrap_or("starttls") {
        "starttls" => (EmailTls::StartTls, 587),
        "tls" => (EmailTls::Tls, 465),
        "none" => (EmailTls::None, 25),
        _ => {
            return Err(EmailError {
                field: "tls",
                why: "must be starttls, tls or none",
            });
        }
    };
    let text = |path| account.text(path).unwrap_or_default();
    let port = account.number("port").unwrap_or(usual);
    let mut settings = EmailSettings::new(text("host"), port, tls, text("from"))?.login(
        account.text("username").map(str::to_owned),
        account.secret("password").cloned(),
    )?;
    if let Some(connections) = account.number("connections") {
        settings = settings.connections(connections.into())?;
    }
    if let Some(name) = account.text("helo") {
        settings = settings.helo(name)?;
    }
    if let Some(key) = account.secret("dkim.private_key") {
        settings = settings.dkim(text("dkim.domain"), text("dkim.selector"), key)?;
    }
    Ok(settings)
}

fn webhook(account: &Account) -> Result<WebhookSettings, WebhookError> {
    let secret = account.secret("secret").cloned().unwrap_or_default();
    let mut settings = WebhookSettings::parse(account.text("url").unwrap_or_default(), secret)?;
    for previous in &account.previous {
        settings = settings.and_previous(&previous.secret, Some(previous.expires_at))?;
    }
    Ok(settings)
}

fn of_push(error: PushError) -> BuildError {
    match error {
        PushError::Field { field, problem } => {
            wrong(field, FieldCode::Invalid, format!("{field} {problem}")).into()
        }
        PushError::Client(error) => BuildError::Client(error.to_string()),
    }
}

fn of_email(EmailError { field, why }: EmailError) -> BuildError {
    let code = if why.starts_with("is missing") {
        FieldCode::Required
    } else {
        FieldCode::Invalid
    };
    wrong(field, code, format!("{field} {why}")).into()
}

fn of_webhook(error: WebhookError) -> BuildError {
    match error {
        WebhookError::Url(why) => wrong("url", FieldCode::Invalid, format!("url: {why}")).into(),
        WebhookError::Secret(why) | WebhookError::Previous(why) => {
            let detail = format!("secret: {why}, expected `whsec_` and 16 bytes or more in base64");
            wrong("secret", FieldCode::Invalid, detail).into()
        }
        WebhookError::Client(error) => BuildError::Client(error.to_string()),
    }
}
