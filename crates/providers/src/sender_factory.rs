//! Makes senders of accounts, with clients that keep out of private networks.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use campanile_channels::email::{EmailChannel, EmailError, EmailSettings, EmailTls};
use campanile_channels::push::{PushChannel, PushClients, PushError, PushSettings, ServiceAccount};
use campanile_channels::webhook::{WebhookChannel, WebhookError, WebhookSettings};
use campanile_channels::{ChannelSender, Guard};
use campanile_domain::Channel;
use campanile_intake::FieldError;
use ipnet::IpNet;
use url::Url;
use uuid::Uuid;

use crate::read::wrong;
use crate::{Account, BuildError};

/// Pushes in flight per account and process: what FCM takes at once on one connection.
const PUSHES_AT_ONCE: usize = 100;
/// Webhooks in flight per account and process.
const WEBHOOKS_AT_ONCE: usize = 64;

/// A sender, and the address of its deliveries where that is the tenant's and not the users'.
pub struct Built {
    /// Makes the calls.
    pub sender: Arc<dyn ChannelSender>,
    /// A webhook's URL.
    pub url: Option<String>,
}

/// Makes senders; all push accounts share its connections.
pub struct SenderFactory {
    allowed: Vec<IpNet>,
    // Made with the first account: a process without tenants' accounts pays nothing.
    clients: Mutex<Option<PushClients>>,
}

impl SenderFactory {
    /// Senders reach the public internet and the networks of `allowed`.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self {
            allowed,
            clients: Mutex::new(None),
        }
    }

    /// Makes a sender, checking the account whole; nothing is called yet.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn build(&self, channel: Channel, account: &Account) -> Result<Built, BuildError> {
        match channel {
            Channel::Push => self.push(account).map_err(of_push),
            Channel::Email => self.email(account).map_err(of_email),
            Channel::Webhook => self.webhook(account).map_err(of_webhook),
            other => Err(BuildError::Channel(other)),
        }
    }

    /// Judges the addresses that are written out in an account that somebody sets, by the rule that its
    /// calls are held to. An account that is there is built all the same: its calls are refused one by one,
    /// and the operator's list may change. A push account's addresses are part of building it.
    ///
    /// # Errors
    /// The field with an address that is not on the public internet.
    pub(crate) fn check_addresses(
        &self,
        channel: Channel,
        account: &Account,
    ) -> Result<(), FieldError> {
        let guard = Guard::new(self.allowed.clone());
        let text = |path| account.text(path).unwrap_or_default();
        let (field, judged) = match channel {
            Channel::Webhook => {
                let judge = |url: Url| guard.check(&url);
                ("url", Url::parse(text("url")).map_or(Ok(()), judge))
            }
            Channel::Email => ("host", guard.check_host(text("host"))),
            _ => return Ok(()),
        };
        judged.map_err(|_| {
            let detail = format!("{field} is not on the public internet");
            wrong(field, "invalid", detail)
        })
    }

    fn push(&self, account: &Account) -> Result<Built, PushError> {
        let text = |path| account.text(path).map(str::to_owned);
        let settings = PushSettings::parse(&ServiceAccount {
            project_id: text("project_id"),
            client_email: text("client_email"),
            private_key: account.secret("private_key").cloned(),
            private_key_id: text("private_key_id"),
            token_uri: text("token_uri"),
            endpoint: text("endpoint"),
        })?;
        let channel = PushChannel::new(settings, self.clients()?, PUSHES_AT_ONCE)?;
        Ok(Built {
            sender: Arc::new(channel),
            url: None,
        })
    }

    fn clients(&self) -> Result<PushClients, PushError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(clients) = clients.as_ref() {
            return Ok(clients.clone());
        }
        let count: NonZeroUsize = PushClients::DEFAULT_COUNT;
        let made = PushClients::guarded(count, self.allowed.clone())?;
        *clients = Some(made.clone());
        Ok(made)
    }

    fn email(&self, account: &Account) -> Result<Built, EmailError> {
        let (tls, usual) = match account.text("tls").unwrap_or("starttls") {
            "starttls" => (EmailTls::StartTls, 587),
            "tls" => (EmailTls::Tls, 465),
            "none" => (EmailTls::None, 25),
            _ => {
                return Err(EmailError {
                    field: "tls",
                    why: "is none of starttls, tls, none",
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
        let channel = EmailChannel::of_tenant(settings, self.allowed.clone())?;
        Ok(Built {
            sender: Arc::new(channel),
            url: None,
        })
    }

    fn webhook(&self, account: &Account) -> Result<Built, WebhookError> {
        let url = account.text("url").unwrap_or_default();
        let secret = account.secret("secret").cloned().unwrap_or_default();
        WebhookSettings::parse(url, secret.clone())?;
        // The channel lets the address of its settings be anywhere, as the operator's may. This one
        // is a tenant's, so the channel is given another as its own, which leads nowhere (RFC 2606)
        // and cannot be guessed: every address that it posts to is then judged.
        let nowhere = format!("https://{}.invalid/", Uuid::new_v4());
        let mut settings = WebhookSettings::parse(&nowhere, secret)?;
        for previous in &account.previous {
            settings = settings.and_previous(&previous.secret, Some(previous.expires_at))?;
        }
        let channel = WebhookChannel::new(settings, self.allowed.clone(), WEBHOOKS_AT_ONCE)?;
        Ok(Built {
            sender: Arc::new(channel),
            url: Some(url.to_owned()),
        })
    }
}

fn of_push(error: PushError) -> BuildError {
    match error {
        PushError::Field { field, problem } => {
            wrong(field, "invalid", format!("{field} {problem}")).into()
        }
        PushError::Client(error) => BuildError::Client(error.to_string()),
    }
}

fn of_email(EmailError { field, why }: EmailError) -> BuildError {
    let code = if why.starts_with("is missing") {
        "required"
    } else {
        "invalid"
    };
    wrong(field, code, format!("{field} {why}")).into()
}

fn of_webhook(error: WebhookError) -> BuildError {
    match error {
        WebhookError::Url(why) => wrong("url", "invalid", format!("url: {why}")).into(),
        WebhookError::Secret(why) | WebhookError::Previous(why) => {
            let detail = format!("secret: {why}, expected `whsec_` and 16 bytes or more in base64");
            wrong("secret", "invalid", detail).into()
        }
        WebhookError::Client(error) => BuildError::Client(error.to_string()),
    }
}
