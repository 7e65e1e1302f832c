//! How a client is set up.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;
use tokio::task::spawn_blocking;

use crate::client::{Client, Spooling};
use crate::http::Http;
use crate::replay::{Callbacks, Expired, Rejected, Replay};
use crate::spool::{Codec, SEGMENT_BYTES, Spool, SpoolError, SpoolKey, SpoolLimits};
use crate::token::{FixedToken, TokenSource};
use crate::{RetryPolicy, SpoolStatus};

/// The service ends its own requests before.
const TIMEOUT: Duration = Duration::from_secs(15);
/// A host that does not answer is away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// With a spool there is no need to make the caller wait for longer.
const BUDGET_BEFORE_SPOOL: Duration = Duration::from_secs(2);

/// Sets up a [`Client`].
#[must_use]
pub struct Builder {
    url: String,
    token: Option<Arc<dyn TokenSource>>,
    timeout: Duration,
    retry: Option<RetryPolicy>,
    spool: Option<(PathBuf, SpoolLimits)>,
    spool_key: Option<SpoolKey>,
    callbacks: Callbacks,
    http_client: Option<reqwest::Client>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The address cannot be called.
    #[error("{0} is not an http:// or https:// URL")]
    Url(String),
    /// Neither a token nor a source of tokens was given.
    #[error("no token and no token source")]
    NoToken,
    /// The HTTP client could not be made.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
    /// The spool could not be opened.
    #[error("no spool")]
    Spool(#[from] SpoolError),
}

impl Builder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            token: None,
            timeout: TIMEOUT,
            retry: None,
            spool: None,
            spool_key: None,
            callbacks: Callbacks::default(),
            http_client: None,
        }
    }

    /// Sets a token that never changes, such as an API key.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Arc::new(FixedToken(token.into())));
        self
    }

    /// Sets who gives the token for each attempt.
    pub fn token_source(mut self, source: impl TokenSource + 'static) -> Self {
        self.token = Some(Arc::new(source));
        self
    }

    /// Sets how long one attempt may take (15 s unless set).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets when a call is tried again. Unless set, a call tries for 10 s; for 2 s if there is a spool.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Keeps calls in this directory while the service cannot be reached, and brings them to it later.
    ///
    /// The directory is made if it is not there; it must outlive the process, and one client has it at a time.
    pub fn spool(mut self, directory: impl Into<PathBuf>, limits: SpoolLimits) -> Self {
        self.spool = Some((directory.into(), limits));
        self
    }

    /// Encrypts the calls in the spool, which name users and have their texts. Calls from before there was a key are
    /// still replayed. Without the key, or with another one, the spool is not opened: change it when the spool is empty.
    pub fn spool_key(mut self, key: SpoolKey) -> Self {
        self.spool_key = Some(key);
        self
    }

    /// Sets the callback for spooled calls that the service refuses. It must not block.
    pub fn on_rejected(mut self, callback: impl Fn(Rejected) + Send + Sync + 'static) -> Self {
        self.callbacks.on_rejected = Some(Box::new(callback));
        self
    }

    /// Sets the callback for spooled calls that are dropped because their `expires_at` has passed. It must not block.
    pub fn on_expired(mut self, callback: impl Fn(Expired) + Send + Sync + 'static) -> Self {
        self.callbacks.on_expired = Some(Box::new(callback));
        self
    }

    /// Sets an HTTP client of the caller's own: for other TLS settings, proxies, certificates. It should not follow redirects.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Makes the client, opens its spool, and begins to replay what is in it. Needs a Tokio runtime.
    ///
    /// # Errors
    /// If the address is none, there is no token, or the spool cannot be opened.
    pub async fn build(self) -> Result<Client, BuildError> {
        let base = Url::parse(&self.url).ok();
        let base = base.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let client = match self.http_client {
            Some(client) => client,
            None => reqwest::Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .tcp_nodelay(true)
                .redirect(Policy::none())
                .build()?,
        };
        let http = Arc::new(Http {
            client,
            base: base.ok_or(BuildError::Url(self.url))?,
            token: self.token.ok_or(BuildError::NoToken)?,
            timeout: self.timeout,
        });
        let mut retry = self.retry.unwrap_or_default();
        let Some((directory, limits)) = self.spool else {
            return Ok(Client::new(http, retry, None));
        };
        if self.retry.is_none() {
            retry.budget = BUDGET_BEFORE_SPOOL;
        }
        let codec = Codec(self.spool_key);
        let open = move || Spool::open(&directory, limits, SEGMENT_BYTES, codec);
        let opened = spawn_blocking(open).await;
        let spool = Arc::new(opened.unwrap_or(Err(SpoolError::Closed))?);
        let SpoolStatus { entries, .. } = spool.status();
        if entries > 0 {
            tracing::info!(entries, "the spool has calls of an earlier run");
        }
        let replay = Replay::new(Arc::clone(&spool), Arc::clone(&http), retry, self.callbacks);
        Ok(Client::new(
            http,
            retry,
            Some(Spooling::start(spool, replay)),
        ))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("url", &self.url)
            .field("spool", &self.spool)
            .finish_non_exhaustive()
    }
}
