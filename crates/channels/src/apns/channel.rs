//! The channel itself.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use campanile_domain::{AppleDevice, AppleEnvironment, Channel, Clock, Outcome, Priority};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::payload::{Written, payload};
use super::tokens::{Bearer, Tokens};
use super::{ApnsSettings, classify};
use crate::outbound::{Failure, client};
use crate::push::PushClients;
use crate::{ChannelSender, Envelope};

/// A message without a deadline is kept so long for a device that is away, as FCM keeps it.
const LIFE: TimeDelta = TimeDelta::days(28);
/// No device has it: what answers shows whether the key is accepted, and no user is notified.
const NO_DEVICE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Sends messages to Apple's devices with one account.
pub struct ApnsChannel {
    settings: ApnsSettings,
    tokens: Tokens,
    clients: PushClients,
    concurrency: usize,
    clock: Arc<dyn Clock>,
}
/// Apple asks for a UUID; a probe is no delivery.
const PROBE_ID: &str = "00000000-0000-4000-8000-000000000000";

/// One request, but for the right to make it.
struct Call<'a> {
    url: Url,
    topic: &'a str,
    id: String,
    collapse_id: &'a str,
    expires_at: i64,
    priority: &'static str,
    push_type: &'static str,
    body: Bytes,
}

impl ApnsChannel {
    /// Takes an account and connections, which accounts share.
    pub(crate) fn new(
        settings: ApnsSettings,
        clients: PushClients,
        concurrency: usize,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            settings,
            tokens: Tokens::default(),
            clients,
            concurrency,
            clock,
        }
    }

    async fn deliver(&self, envelope: &Envelope<'_>) -> Result<Outcome, Outcome> {
        let value = envelope.address.strip_prefix("apns:");
        let device = value.and_then(AppleDevice::from_value);
        let device = device.ok_or_else(classify::invalid_address)?;
        // Users bring the devices: of another app, Apple would say that the account is wrong.
        if !self.settings.topics.contains(&device.topic) {
            return Err(classify::other_app());
        }
        let notification = envelope.notification;
        let Written {
            body,
            is_shown,
            collapse_id,
        } = payload(envelope);
        let until = notification.expires_at;
        let until = until.unwrap_or_else(|| self.clock.now() + LIFE);
        self.call(&Call {
            url: self.url(device.environment, device.token.as_str()),
            topic: device.topic.as_str(),
            id: envelope.delivery_id.0.hyphenated().to_string(),
            collapse_id: &collapse_id,
            expires_at: until.timestamp().max(0),
            priority: priority(notification.priority, is_shown),
            push_type: if is_shown { "alert" } else { "background" },
            body: body.into(),
        })
        .await
    }

    /// Makes the call; once more with a new token if Apple says that it has expired.
    async fn call(&self, call: &Call<'_>) -> Result<Outcome, Outcome> {
        let bearer = self.tokens.bearer(&self.settings, self.now())?;
        let outcome = self.post(call, &bearer).await;
        if outcome.code != classify::EXPIRED || !self.tokens.refused(&bearer, self.now()) {
            return Ok(outcome);
        }
        let bearer = self.tokens.bearer(&self.settings, self.now())?;
        Ok(self.post(call, &bearer).await)
    }

    async fn post(&self, call: &Call<'_>, bearer: &Bearer) -> Outcome {
        let asked = self
            .clients
            .for_messages(&call.url)
            .post(call.url.clone())
            .header(AUTHORIZATION, bearer.header.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("apns-id", &call.id)
            .header("apns-push-type", call.push_type)
            .header("apns-topic", call.topic)
            .header("apns-priority", call.priority)
            .header("apns-expiration", call.expires_at)
            .header("apns-collapse-id", call.collapse_id)
            .body(call.body.clone())
            .send()
            .await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(error) => return classify::failure(Failure::of(&error)),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        match client::read(answer).await {
            Some(body) => classify::classify(status, &headers, &body, self.now().into()),
            // The status alone would make a wrong key or a lost app of what broke off.
            None => classify::failure(Failure::Lost),
        }
    }

    fn url(&self, environment: AppleEnvironment, token: &str) -> Url {
        let mut url = self.settings.base(environment);
        url.set_path(&format!("/3/device/{token}"));
        url
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Apple refuses any other priority than 5 where there is nothing to show.
const fn priority(priority: Priority, is_shown: bool) -> &'static str {
    match priority {
        _ if !is_shown => "5",
        Priority::Critical | Priority::High => "10",
        Priority::Normal => "5",
        Priority::Low => "1",
    }
}

#[async_trait]
impl ChannelSender for ApnsChannel {
    fn channel(&self) -> Channel {
        Channel::Apns
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn probe(&self) -> Result<&'static str, Outcome> {
        let call = |environment| Call {
            url: self.url(environment, NO_DEVICE),
            topic: self.settings.topics[0].as_str(),
            id: PROBE_ID.to_owned(),
            collapse_id: "probe",
            expires_at: 0,
            priority: "1",
            push_type: "alert",
            body: Bytes::from_static(br#"{"aps":{}}"#),
        };
        let mut outcome = self.call(&call(AppleEnvironment::Production)).await?;
        // A key may be for one environment only.
        if outcome.code == classify::OTHER_ENVIRONMENT {
            outcome = self.call(&call(AppleEnvironment::Sandbox)).await?;
        }
        match &*outcome.code {
            // It is the device that Apple does not know.
            "BadDeviceToken" | "200" => Ok("Apple accepts the key for the first of the topics"),
            _ => Err(outcome),
        }
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.deliver(&envelope)
            .await
            .unwrap_or_else(|outcome| outcome)
    }
}
