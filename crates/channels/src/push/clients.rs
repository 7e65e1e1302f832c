//! The connections to FCM and to Apple, shared by every account.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, ClientBuilder};
use url::Url;

use super::PushError;
use super::settings::refuse;
use crate::outbound::{Guard, client};

/// Sooner than a NAT forgets a connection on which nothing passes.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// A connection on which a ping stays unanswered so long is dead.
const PING: Duration = Duration::from_secs(10);

/// A few HTTP/2 clients, taken in turn. Each has one connection per host, which carries as many
/// calls at once as the host allows (Google: 100); a call beyond that waits within its own time.
/// Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct PushClients(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// For `https://`, where ALPN chooses HTTP/2; and for tokens.
    negotiating: Vec<Client>,
    /// For `http://`, without negotiation.
    prior_knowledge: Vec<Client>,
    turn: AtomicUsize,
    guard: Option<Guard>,
}

impl PushClients {
    /// With a guard, for accounts whose addresses must be where it allows them.
    ///
    /// # Errors
    /// [`PushError::Client`].
    pub(crate) fn new(count: NonZeroUsize, guard: Option<Guard>) -> Result<Self, PushError> {
        let build = |shape: fn(ClientBuilder) -> ClientBuilder| {
            (0..count.get())
                .map(|_| {
                    let client = shape(lasting());
                    match &guard {
                        Some(guard) => client.dns_resolver(guard.clone()),
                        None => client,
                    }
                    .build()
                })
                .collect::<reqwest::Result<Vec<_>>>()
        };
        Ok(Self(Arc::new(Inner {
            negotiating: build(|client| client)?,
            // Without TLS no certificates are needed; reading the system's takes memory each time.
            prior_knowledge: build(|client| client.http2_prior_knowledge().tls_certs_only([]))?,
            turn: AtomicUsize::new(0),
            guard,
        })))
    }

    /// Judges an address that stands in an account's own settings.
    pub(crate) fn check(&self, field: &'static str, url: &Url) -> Result<(), PushError> {
        match &self.0.guard {
            Some(guard) if guard.check(url).is_err() => {
                refuse(field, "is not on the public internet")
            }
            _ => Ok(()),
        }
    }

    /// The next one for messages.
    pub(crate) fn for_messages(&self, url: &Url) -> &Client {
        let clients = match url.scheme() {
            "http" => &self.0.prior_knowledge,
            _ => &self.0.negotiating,
        };
        let turn = self.0.turn.fetch_add(1, Ordering::Relaxed);
        &clients[turn % clients.len()]
    }

    /// The one for tokens: HTTP/1.1 over `http://`, as token servers speak it.
    pub(super) fn for_tokens(&self) -> &Client {
        &self.0.negotiating[0]
    }
}

fn lasting() -> ClientBuilder {
    client::bounded()
        // A new handshake after every quiet minute would be paid by the next message.
        .pool_idle_timeout(None)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .http2_keep_alive_timeout(PING)
        .http2_keep_alive_while_idle(true)
}
