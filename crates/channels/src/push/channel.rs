//! The channel itself.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use campanile_domain::{Channel, Clock, Outcome, OutcomeKind};
use campanile_telemetry::Episodes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use super::classify::{classify, failure};
use super::message::message;
use super::target::Target;
use super::tokens::{Bearer, Tokens};
use super::{PushClients, PushError, PushSettings};
use crate::outbound::{Failure, client};
use crate::{ChannelSender, Envelope};

/// Sends push messages with one account.
pub struct PushChannel {
    tokens: Arc<Tokens>,
    clients: PushClients,
    concurrency: usize,
    clock: Arc<dyn Clock>,
    /// A whole list of devices may be of another project; that is one mistake.
    mismatches: Mutex<Episodes>,
}

impl PushChannel {
    /// Takes an account and connections, which accounts may share. `concurrency` is how many calls
    /// may be in flight; more than 100 for each client wait for each other.
    ///
    /// # Errors
    /// [`PushError::Field`] where guarded clients may not call an address of the account.
    pub(crate) fn new(
        settings: PushSettings,
        clients: PushClients,
        concurrency: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PushError> {
        clients.check("endpoint", &settings.send)?;
        clients.check("token_uri", &settings.token_uri)?;
        Ok(Self {
            tokens: Tokens::new(settings, clients.clone(), Arc::clone(&clock)),
            clients,
            concurrency,
            clock,
            mismatches: Mutex::default(),
        })
    }

    /// Once a minute at most.
    fn is_to_be_logged(&self) -> bool {
        let mut mismatches = self
            .mismatches
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        mismatches.failed(Instant::now()).is_some()
    }

    async fn call(&self, envelope: &Envelope<'_>) -> Result<Outcome, Outcome> {
        let target = Target::parse(envelope.address).ok_or_else(|| {
            let detail = "The address is not `token:` or `fid:` followed by an FCM registration.";
            Outcome::new(OutcomeKind::Rejected, "invalid_address", detail)
        })?;
        let body = Bytes::from(message(envelope, target, self.clock.now()));
        let bearer = self.tokens.bearer().await?;
        let outcome = self.post(&bearer, body.clone()).await;
        let is_refused = matches!(outcome.code.as_str(), "UNAUTHENTICATED" | "401");
        if !is_refused || !self.tokens.refused(&bearer) {
            return Ok(outcome);
        }
        let bearer = self.tokens.bearer().await?;
        Ok(self.post(&bearer, body).await)
    }

    async fn post(&self, bearer: &Bearer, body: Bytes) -> Outcome {
        let url = &self.tokens.settings().send;
        let asked = self
            .clients
            .for_messages(url)
            .post(url.clone())
            .header(AUTHORIZATION, bearer.header.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body)
            .send()
            .await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(error) => return failure("endpoint", Failure::of(&error)),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        match client::read(answer).await {
            Some(body) => classify(status, &headers, &body, self.clock.now().into()),
            // The status alone would make a wrong key or a lost app of what broke off.
            None => failure("endpoint", Failure::Lost),
        }
    }
}

#[async_trait]
impl ChannelSender for PushChannel {
    fn channel(&self) -> Channel {
        Channel::Push
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn probe(&self) -> Result<&'static str, Outcome> {
        self.tokens.bearer().await?;
        Ok("an access token is granted")
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        let outcome = self.call(&envelope).await.unwrap_or_else(|outcome| outcome);
        let is_mismatch = outcome.code == "SENDER_ID_MISMATCH";
        if is_mismatch && self.is_to_be_logged() {
            tracing::warn!(
                tenant.id = %envelope.notification.tenant,
                delivery.id = %envelope.delivery_id,
                "a device is registered with another Firebase project than its tenant's account",
            );
        }
        outcome
    }
}
