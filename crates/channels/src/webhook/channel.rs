//! The channel itself.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Clock, Outcome, OutcomeKind};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::settings::check;
use super::{WebhookError, WebhookSettings, body, classify};
use crate::outbound::{Failure, Guard, client};
use crate::{ChannelSender, Envelope, Reach};

/// Posts webhooks with one account.
pub struct WebhookChannel {
    settings: WebhookSettings,
    guard: Guard,
    guarded: Client,
    /// For the account's own address, where that may be anywhere.
    open: Option<Client>,
    concurrency: usize,
    clock: Arc<dyn Clock>,
}

impl WebhookChannel {
    /// Makes the clients. The account's own address may be where `reach` says; every other one must be
    /// where the guard allows it.
    ///
    /// # Errors
    /// [`WebhookError::Client`].
    pub(crate) fn new(
        settings: WebhookSettings,
        reach: Reach,
        guard: Guard,
        concurrency: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WebhookError> {
        let open = match reach {
            Reach::Anywhere => Some(client::open()?),
            Reach::Public => None,
        };
        Ok(Self {
            settings,
            guarded: client::guarded(guard.clone())?,
            guard,
            open,
            concurrency,
            clock,
        })
    }

    /// The client that may call an address.
    fn client(&self, url: &Url) -> Result<&Client, Outcome> {
        if let Some(open) = &self.open
            && *url == self.settings.url
        {
            return Ok(open);
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
        let now = self.clock.now();
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
        let outcome =
            classify::classify(answer.status(), answer.headers(), self.clock.now().into());
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
