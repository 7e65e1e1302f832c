//! The one place where senders are made, for the accounts of the operator's settings and for those of tenants.
//!
//! Both have the same limits. What differs is where their addresses may lead, and [`Reach`] says that.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use campanile_domain::{Channel, Clock};
use campanile_recipes::{Recipe, Settings};
use ipnet::IpNet;

use crate::Guard;
use crate::apns::{ApnsChannel, ApnsSettings};
use crate::email::{EmailChannel, EmailError, EmailSettings};
use crate::push::{PushChannel, PushClients, PushError, PushSettings};
use crate::recipe::RecipeChannel;
use crate::web_push::{WebPushChannel, WebPushSettings};
use crate::webhook::{WebhookChannel, WebhookError, WebhookSettings};

/// How many clients do for some thousand messages a second: calls per second times seconds per
/// call, divided by the calls of a connection.
const PUSH_CONNECTIONS: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");
/// Pushes in flight per account and connection: what FCM takes at once on one of them.
const PUSHES_PER_CONNECTION: usize = 100;
/// Messages to Apple in flight per account and connection; Apple takes more at once.
const APNS_PER_CONNECTION: usize = 100;
/// Messages to browsers in flight per account.
const WEB_PUSHES_AT_ONCE: usize = 128;
/// Webhooks in flight per account.
const WEBHOOKS_AT_ONCE: usize = 128;

/// Where the addresses of an account may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere: the operator wrote the account into the settings.
    Anywhere,
    /// To the public internet and to the networks that the operator allows: a tenant wrote the account.
    Public,
}

/// Makes senders; nothing is called yet. All push accounts of one [`Reach`] share their connections.
pub struct SenderFactory {
    clock: Arc<dyn Clock>,
    guard: Guard,
    guard_of_users: Guard,
    push_connections: NonZeroUsize,
    // Made with the first account: a process without push accounts pays nothing.
    push_clients: Mutex<[Option<PushClients>; 2]>,
}

impl SenderFactory {
    /// Senders of [`Reach::Public`] reach the public internet and the networks of `allowed`.
    pub fn new(clock: Arc<dyn Clock>, allowed: Vec<IpNet>) -> Self {
        Self {
            clock,
            guard: Guard::new(allowed),
            guard_of_users: Guard::new(Vec::new()),
            push_connections: PUSH_CONNECTIONS,
            push_clients: Mutex::default(),
        }
    }

    /// Lets addresses that users bring lead to these private networks, too; to none without it. What tenants may reach
    /// says nothing of it: any user with a token can register a browser.
    #[must_use]
    pub fn networks_of_users(mut self, allowed: Vec<IpNet>) -> Self {
        self.guard_of_users = Guard::new(allowed);
        self
    }

    /// Opens so many connections for pushes instead of 4.
    #[must_use]
    pub fn push_connections(mut self, count: NonZeroUsize) -> Self {
        self.push_connections = count;
        self
    }

    /// What addresses that users bring are held to.
    pub fn guard_of_users(&self) -> &Guard {
        &self.guard_of_users
    }

    /// What senders of [`Reach::Public`] are held to.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Makes the sender of a push account.
    ///
    /// # Errors
    /// [`PushError::Field`] where an address of the account is out of reach.
    pub fn push(&self, settings: PushSettings, reach: Reach) -> Result<PushChannel, PushError> {
        let clients = self.clients(reach)?;
        let concurrency = PUSHES_PER_CONNECTION * self.push_connections.get();
        PushChannel::new(settings, clients, concurrency, Arc::clone(&self.clock))
    }

    /// Makes the sender of an account of Apple's push service.
    ///
    /// # Errors
    /// The field `endpoint` where it is out of reach, or the system gives no HTTP client.
    pub fn apns(&self, settings: ApnsSettings, reach: Reach) -> Result<ApnsChannel, PushError> {
        let clients = self.clients(reach)?;
        if let Some(endpoint) = settings.endpoint() {
            clients.check("endpoint", endpoint)?;
        }
        let concurrency = APNS_PER_CONNECTION * self.push_connections.get();
        let clock = Arc::clone(&self.clock);
        Ok(ApnsChannel::new(settings, clients, concurrency, clock))
    }

    /// Makes the sender of a mail account, which says itself how many connections it opens. Its relay's
    /// address is judged at every connection, by what the name resolves to.
    ///
    /// # Errors
    /// With the field that no TLS client can use.
    pub fn email(&self, settings: EmailSettings, reach: Reach) -> Result<EmailChannel, EmailError> {
        EmailChannel::new(settings, self.guarded(reach), Arc::clone(&self.clock))
    }

    /// Makes the sender of a webhook account. [`Reach::Anywhere`] holds for the account's own address only:
    /// any other one that it is asked to post to was a tenant's.
    ///
    /// # Errors
    /// [`WebhookError::Client`].
    pub fn webhook(
        &self,
        settings: WebhookSettings,
        reach: Reach,
    ) -> Result<WebhookChannel, WebhookError> {
        let (guard, clock) = (self.guard.clone(), Arc::clone(&self.clock));
        WebhookChannel::new(settings, reach, guard, WEBHOOKS_AT_ONCE, clock)
    }

    /// Makes the sender of an account of Web Push. Users bring the addresses, so that each of them is judged, whoever wrote
    /// the account.
    ///
    /// # Errors
    /// The system gives no HTTP client.
    pub fn web_push(&self, settings: WebPushSettings) -> reqwest::Result<WebPushChannel> {
        let (guard, clock) = (self.guard_of_users.clone(), Arc::clone(&self.clock));
        WebPushChannel::new(settings, guard, WEB_PUSHES_AT_ONCE, clock)
    }

    /// Makes the sender of an account whose service a recipe describes.
    ///
    /// # Errors
    /// The system gives no HTTP client.
    pub fn recipe(
        &self,
        channel: Channel,
        recipe: &'static Recipe,
        settings: Settings,
        reach: Reach,
    ) -> reqwest::Result<RecipeChannel> {
        let guards = (self.guarded(reach), self.guard_of_users.clone());
        let clock = Arc::clone(&self.clock);
        RecipeChannel::new(channel, recipe, settings, guards, clock)
    }

    fn guarded(&self, reach: Reach) -> Option<Guard> {
        match reach {
            Reach::Anywhere => None,
            Reach::Public => Some(self.guard.clone()),
        }
    }

    fn clients(&self, reach: Reach) -> Result<PushClients, PushError> {
        let mut made = self
            .push_clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let place = match reach {
            Reach::Anywhere => &mut made[0],
            Reach::Public => &mut made[1],
        };
        if let Some(clients) = place {
            return Ok(clients.clone());
        }
        let clients = PushClients::new(self.push_connections, self.guarded(reach))?;
        Ok(place.insert(clients).clone())
    }
}
