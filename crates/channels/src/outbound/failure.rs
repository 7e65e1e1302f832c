//! How far a call came that got no answer.

use std::error::Error;

use super::guard::Forbidden;

/// Before the request left, nothing can have arrived; afterwards it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The guard refused what the name resolves to.
    Forbidden,
    /// The name cannot be resolved.
    Dns,
    /// The connection was not answered in time.
    ConnectTimeout,
    /// There is no connection.
    Connect,
    /// There can't be a request to such an address.
    Unusable,
    /// The request left, and the answer did not come in time.
    Timeout,
    /// The request left, and the connection ended.
    Lost,
}

impl Failure {
    /// Reads it out of the client's error.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if caused_by::<Forbidden>(error) {
            Self::Forbidden
        } else if error.is_dns() {
            Self::Dns
        } else if error.is_connect() && error.is_timeout() {
            Self::ConnectTimeout
        } else if error.is_connect() {
            Self::Connect
        } else if error.is_builder() {
            Self::Unusable
        } else if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Lost
        }
    }

    /// The name used in timelines.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "address_forbidden",
            Self::Dns => "dns",
            Self::ConnectTimeout => "connect_timeout",
            Self::Connect => "connect",
            Self::Unusable => "invalid_url",
            Self::Timeout => "timeout",
            Self::Lost => "connection_lost",
        }
    }
}

fn caused_by<E: Error + 'static>(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<E>() {
            return true;
        }
        cause = inner.source();
    }
    false
}
