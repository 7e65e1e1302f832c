//! The sender of an account whose service a recipe describes.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Clock, Outcome};
use campanile_recipes::{Message, Recipe, Reply, Settings};
use reqwest::Client;

use super::failure::{failure, forbidden, no_request};
use super::pace::Pace;
use crate::outbound::{Failure, Guard, client};
use crate::{ChannelSender, Envelope};

/// Calls one service with one account.
pub struct RecipeChannel {
    channel: Channel,
    recipe: &'static Recipe,
    settings: Settings,
    guard: Option<Guard>,
    client: Client,
    pace: Option<Pace>,
    clock: Arc<dyn Clock>,
}

impl RecipeChannel {
    /// Makes the client. Without a guard calls may go anywhere.
    ///
    /// # Errors
    /// The system gives no HTTP client.
    pub(crate) fn new(
        channel: Channel,
        recipe: &'static Recipe,
        settings: Settings,
        guard: Option<Guard>,
        clock: Arc<dyn Clock>,
    ) -> reqwest::Result<Self> {
        let client = match &guard {
            Some(guard) => client::guarded(guard.clone())?,
            None => client::open()?,
        };
        Ok(Self {
            channel,
            recipe,
            settings,
            guard,
            client,
            pace: recipe.calls_per_second().map(Pace::of),
            clock,
        })
    }

    async fn call(&self, envelope: Envelope<'_>) -> Result<Outcome, Outcome> {
        let recipe = self.recipe;
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
        let message = Message {
            delivery_id: envelope.delivery_id,
            notification: envelope.notification,
            title: &envelope.rendered.title,
            text: &envelope.rendered.text,
            now: self.clock.now(),
        };
        let request = recipe.request(&self.settings, envelope.address, &message);
        let request = request.map_err(|error| no_request(recipe, error))?;
        if let Some(guard) = &self.guard {
            guard.check(&request.url).map_err(|_| forbidden())?;
        }
        let answer = self
            .client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body)
            .send()
            .await
            .map_err(|error| failure(recipe, Failure::of(&error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        // What broke off or is too long says no more than its status.
        let body = client::read(answer).await.unwrap_or_default();
        let reply = Reply {
            status,
            headers: &headers,
            body: &body,
        };
        Ok(recipe.classify(&reply, self.clock.now().into()))
    }
}

#[async_trait]
impl ChannelSender for RecipeChannel {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn concurrency(&self) -> usize {
        self.recipe.concurrency()
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.call(envelope).await.unwrap_or_else(|outcome| outcome)
    }
}
