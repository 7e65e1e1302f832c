//! The accounts of the operator's own settings; they serve the tenant `default`.

use std::sync::Arc;

use anyhow::Context;
use campanile_channels::email::{EmailSettings, EmailTls};
use campanile_channels::push::{PushError, PushSettings, ServiceAccount};
use campanile_channels::webhook::WebhookSettings;
use campanile_channels::{ChannelSender, Reach, SenderFactory};
use campanile_config::{Settings, SmtpTls};

/// A channel, if the settings have an account for it.
pub(crate) type Sender = Option<Arc<dyn ChannelSender>>;

/// The operator's webhook.
pub(crate) fn webhook(settings: &Settings, factory: &SenderFactory) -> anyhow::Result<Sender> {
    let (Some(url), Some(secret)) = (&settings.webhook.url, &settings.webhook.secret) else {
        return Ok(None);
    };
    let mut account = WebhookSettings::parse(url.as_str(), secret.clone())?;
    if let Some(previous) = &settings.webhook.secret_previous {
        let expires_at = settings.webhook.secret_previous_expires_at;
        account = account.and_previous(previous, expires_at.map(Into::into))?;
    }
    let channel = factory
        .webhook(account, Reach::Anywhere)
        .context("cannot set up the webhook channel")?;
    Ok(Some(Arc::new(channel)))
}

/// The operator's FCM project.
pub(crate) fn push(settings: &Settings, factory: &SenderFactory) -> anyhow::Result<Sender> {
    let fcm = &settings.fcm;
    if fcm.project_id.is_none() {
        return Ok(None);
    }
    let account = ServiceAccount {
        project_id: fcm.project_id.clone(),
        client_email: fcm.client_email.clone(),
        private_key: fcm.private_key.clone(),
        private_key_id: fcm.private_key_id.clone(),
        token_uri: Some(fcm.token_uri.to_string()),
        endpoint: Some(fcm.endpoint.to_string()),
    };
    let named = |error: PushError| match error {
        PushError::Field { field, problem } => {
            anyhow::anyhow!("FCM_{}: {problem}", field.to_uppercase())
        }
        client @ PushError::Client(_) => client.into(),
    };
    let account = PushSettings::parse(&account).map_err(named)?;
    let channel = factory.push(account, Reach::Anywhere).map_err(named)?;
    Ok(Some(Arc::new(channel)))
}

/// The operator's relay.
pub(crate) fn email(settings: &Settings, factory: &SenderFactory) -> anyhow::Result<Sender> {
    let (smtp, email) = (&settings.smtp, &settings.email);
    let (Some(host), Some(from)) = (&smtp.host, &email.from) else {
        return Ok(None);
    };
    let tls = match smtp.tls {
        SmtpTls::StartTls => EmailTls::StartTls,
        SmtpTls::Tls => EmailTls::Tls,
        SmtpTls::None => EmailTls::None,
    };
    let account = || {
        let account = EmailSettings::new(host, smtp.port_or_usual(), tls, from)?
            .login(smtp.username.clone(), smtp.password.clone())?
            .connections(smtp.connections.into())?;
        let account = match &smtp.helo {
            Some(name) => account.helo(name.as_str())?,
            None => account,
        };
        match (&email.dkim_selector, &email.dkim_private_key) {
            (Some(selector), Some(key)) => {
                account.dkim(email.dkim_domain().unwrap_or_default(), selector, key)
            }
            _ => Ok(account),
        }
    };
    let channel = account().and_then(|account| factory.email(account, Reach::Anywhere));
    let channel =
        channel.map_err(|error| anyhow::anyhow!("{}: {}", variable(error.field), error.why))?;
    Ok(Some(Arc::new(channel)))
}

/// The variable that a field of the relay's account comes from.
fn variable(field: &str) -> String {
    match field {
        "from" => "EMAIL_FROM".into(),
        dkim if dkim.starts_with("dkim") => {
            format!("EMAIL_{}", dkim.replace('.', "_").to_uppercase())
        }
        other => format!("SMTP_{}", other.to_uppercase()),
    }
}
