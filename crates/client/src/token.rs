//! Where the credential comes from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// Why there is no token.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A token on its way.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<String, BoxError>> + Send + 'a>>;

/// Gives the token (a JWT or an API key with the scope `notifications:send`) for an attempt.
///
/// It is asked before every attempt, so it keeps what it has until that is about to expire. A closure that gives a future
/// is one:
///
/// ```
/// # use campanile_client::Client;
/// # async fn fetch() -> Result<String, std::io::Error> { Ok("eyJ…".into()) }
/// let builder = Client::builder("https://notifications.example").token_source(|| async { fetch().await });
/// ```
pub trait TokenSource: Send + Sync {
    /// Gives the token to use now. While it fails, calls are retried and spooled as if the service were away.
    fn token(&self) -> TokenFuture<'_>;

    /// Called when the service answered 401 to the last token; the next one should be fresh.
    fn refused(&self) {}
}

impl<F, Given, E> TokenSource for F
where
    F: Fn() -> Given + Send + Sync,
    Given: Future<Output = Result<String, E>> + Send + 'static,
    E: Into<BoxError>,
{
    fn token(&self) -> TokenFuture<'_> {
        let given = self();
        Box::pin(async move { given.await.map_err(Into::into) })
    }
}

/// One that never changes, such as an API key.
pub(crate) struct FixedToken(pub(crate) String);

impl TokenSource for FixedToken {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FixedToken(…)")
    }
}
