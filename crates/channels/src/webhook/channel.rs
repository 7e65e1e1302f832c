//! The channel itself.

use std::time::SystemTime;

use async_trait::async_trait;
use campanile_domain::{Channel, Outcome, OutcomeKind};
use chrono::Utc;
use ipnet::IpNet;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::settings::check;
use super::{WebhookError, WebhookSettings, body, classify};
use crate::outbound::{Failure, Guard, client};
use crate::{ChannelSender, Envelope};

/// Posts webhooks with one account.
pub struct WebhookChannel {
    settings: WebhookSettings,
    guard: Guard,
    open: Client,
    guarded: Client,
    concurrency: usize,
}

impl WebhookChannel {
    /// Makes the clients. The account's own address may be anywhere; every other one must be on the
    /// public internet or in a network of `allowed`.
    ///
    /// # Errors
    /// [`WebhookError::Client`].
    pub fn new(
        settings: WebhookSettings,
        allowed: Vec<IpNet>,
        concurrency: usize,
    ) -> Result<Self, WebhookError> {
        let guard = Guard::new(allowed);
        let guarded = client::guarded(guard.clone())?;
        Ok(Self {
            settings,
            guard,
            open: client::open()?,
            guarded,
            concurrency,
        })
    }

    /// The client that may call an address.
    fn client(&self, url: &Url) -> Result<&Client, Outcome> {
        if *url == self.settings.url {
            return Ok(&self.open);
        }
        self.guard.check(url).map_err(|_| classify::forbidden())?;
        Ok(&self.guarded)
    }

    async fn call(&self, envelope: Envelope<'_>) -> Result<Outcome, Outcome> {
        let url =
            Url::parse(envelope.address).map_err(|_| classify::invalid_url("not an address"))?;
        check(&url).map_err(classify::invalid_url)?;
        let client = self.client(&url)?;
        let body = body::body(envelope.notification).map_err(|_| {
            Outcome::new(
                OutcomeKind::Rejected,
                "content_unreadable",
                "The stored content is not JSON.",
            )
        })?;
        let now = Utc::now();
        let (id, timestamp) = (
            envelope.delivery_id.to_string(),
            now.timestamp().to_string(),
        );
        let signature = self.settings.signer.sign(&id, &timestamp, &body, now);
        let answer = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            .map_err(|error| classify::failure(Failure::of(&error)))?;
        let outcome = classify::classify(answer.status(), answer.headers(), SystemTime::now());
        client::drain(answer).await;
        Ok(outcome)
    }
}

#[async_trait]
impl ChannelSender for WebhookChannel {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.call(envelope).await.unwrap_or_else(|outcome| outcome)
    }
}
