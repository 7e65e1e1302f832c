//! Requests that are repeated when they could not be accepted any more: the first answer still holds.

use std::sync::Arc;

use campanile_domain::{Clock, TenantId};
use campanile_storage::{KeptAnswer, Storage};

use crate::IntakeError;
use crate::validate::too_early;
use crate::write::not_accepted;

/// Looks for what was answered before.
#[derive(Clone)]
pub(crate) struct Earlier {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

impl Earlier {
    pub(crate) fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, clock }
    }

    /// What was kept of the answer to a request, if it was accepted under its key.
    pub(crate) async fn answer(
        &self,
        tenant: &TenantId,
        idempotency: Option<(String, [u8; 32])>,
    ) -> Result<KeptAnswer, IntakeError> {
        let kept = self.find(tenant, idempotency).await?;
        kept.ok_or_else(|| IntakeError::Late(too_early()))
    }

    /// The same; `None` if it was not.
    pub(crate) async fn find(
        &self,
        tenant: &TenantId,
        idempotency: Option<(String, [u8; 32])>,
    ) -> Result<Option<KeptAnswer>, IntakeError> {
        let Some((key, fingerprint)) = idempotency else {
            return Ok(None);
        };
        let now = self.clock.now();
        let found = self.storage.earlier_answer(tenant, &key, &fingerprint, now);
        found.await.map_err(|error| {
            not_accepted(1, &error);
            IntakeError::from(&error)
        })
    }
}
