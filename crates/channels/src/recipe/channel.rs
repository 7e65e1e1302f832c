//! The sender of an account whose service a recipe describes.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Clock, Outcome, UserAddressText};
use campanile_recipes::{Message, Recipe, Reply, RequestError, Settings};
use reqwest::Client;
use url::Url;

use super::failure::{busy, failure_of_account, failure_of_user, no_request, said_by_users_server};
use super::pace::Pace;
use crate::outbound::{Failure, Guard, Origins, client};
use crate::{ChannelSender, Envelope};

/// Calls one service with one account.
pub struct RecipeChannel {
    channel: Channel,
    recipe: &'static Recipe,
    settings: Settings,
    account: Way,
    users: Way,
    origins: Arc<Origins>,
    pace: Option<Pace>,
    clock: Arc<dyn Clock>,
}

/// How calls leave, and where they may not go.
struct Way {
    client: Client,
    guard: Option<Guard>,
}

impl Way {
    /// Without a guard calls may go anywhere.
    fn of(guard: Option<Guard>) -> reqwest::Result<Self> {
        let client = match &guard {
            Some(guard) => client::guarded(guard.clone())?,
            None => client::open()?,
        };
        Ok(Self { client, guard })
    }

    fn check(&self, url: &Url) -> Result<(), Failure> {
        let judged = self.guard.as_ref().map_or(Ok(()), |guard| guard.check(url));
        judged.map_err(|_| Failure::Forbidden)
    }
}

impl RecipeChannel {
    /// Makes the clients. `guard` is for the addresses of the account, `guard_of_users` for URLs that users bring.
    ///
    /// # Errors
    /// The system gives no HTTP client.
    pub(crate) fn new(
        channel: Channel,
        recipe: &'static Recipe,
        settings: Settings,
        (guard, guard_of_users): (Option<Guard>, Guard),
        clock: Arc<dyn Clock>,
    ) -> reqwest::Result<Self> {
        let concurrency = recipe.concurrency();
        let share = |of: usize| (concurrency / of).max(1);
        Ok(Self {
            channel,
            recipe,
            settings,
            account: Way::of(guard)?,
            users: Way::of(Some(guard_of_users))?,
            origins: Origins::new(&[], share(4), share(2)),
            pace: recipe.calls_per_second().map(Pace::of),
            clock,
        })
    }

    async fn call(&self, envelope: Envelope<'_>) -> Result<Outcome, Outcome> {
        let recipe = self.recipe;
        let of_user = UserAddressText::of_delivery(envelope.address).unwrap_or_default();
        let Some(url) = recipe.called(of_user) else {
            // The rate is that of the account at the service.
            if let Some(pace) = &self.pace {
                pace.turn().await;
            }
            let called = self.post(&self.account, of_user, envelope).await;
            return called.map_err(|failed| match failed {
                Failed::Request(error) => no_request(recipe, error),
                Failed::Call(failure) => failure_of_account(recipe, failure),
            });
        };
        // One host that serves all is not one user's to slow down.
        let _place = match recipe.names_host_of_users() {
            true => None,
            false => Some(self.origins.enter(&url).ok_or_else(busy)?),
        };
        let called = self.post(&self.users, of_user, envelope).await;
        let called = called.map_err(|failed| match failed {
            Failed::Request(error) => no_request(recipe, error),
            Failed::Call(failure) => failure_of_user(recipe, failure),
        });
        called.map(|outcome| said_by_users_server(recipe, outcome))
    }

    async fn post(
        &self,
        way: &Way,
        of_user: &str,
        envelope: Envelope<'_>,
    ) -> Result<Outcome, Failed> {
        let recipe = self.recipe;
        let message = Message {
            delivery_id: envelope.delivery_id,
            notification: envelope.notification,
            title: &envelope.rendered.title,
            text: &envelope.rendered.text,
            now: self.clock.now(),
        };
        let request = recipe.request(&self.settings, of_user, &message);
        let request = request.map_err(Failed::Request)?;
        way.check(&request.url).map_err(Failed::Call)?;
        let answer = way
            .client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body)
            .send()
            .await
            .map_err(|error| Failed::Call(Failure::of(&error)))?;
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

/// Why there is no reply.
enum Failed {
    Request(RequestError),
    Call(Failure),
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
