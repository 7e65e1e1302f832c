//! Test notifications: whether a tenant's channels work.

mod result;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, Clock, TenantId, UserId};
use campanile_intake::{Intake, IntakeError, SendRequest, TestRequest};
use campanile_storage::{Storage, StorageError};
use tokio::time::Instant;

pub use result::TestResult;

/// How long the outcome of a test is waited for, at most.
pub const TEST_PATIENCE: Duration = Duration::from_secs(15);

/// Why a test has no results. It may have been sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// It was not accepted.
    #[error(transparent)]
    NotAccepted(#[from] IntakeError),
    /// It was accepted, and its outcome cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Its user deleted it before its outcome was known.
    #[error("the test notification was deleted before its outcome was known")]
    Deleted,
}

/// Sends test notifications; cheap to clone.
#[derive(Clone)]
pub struct TestNotifications {
    intake: Intake,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

impl TestNotifications {
    /// Sends through `intake`, and looks for the outcomes in `storage`.
    pub fn new(intake: Intake, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self {
            intake,
            storage,
            clock,
        }
    }

    /// Sends a test to a user, as any other notification, and waits for the first outcome of each channel, no longer than
    /// `patience`; gives the results in the order of the channels.
    ///
    /// # Errors
    /// [`TestError`].
    pub async fn send(
        &self,
        tenant: &TenantId,
        user: UserId,
        test: &TestRequest,
        request_id: &str,
        patience: Duration,
    ) -> Result<Vec<TestResult>, TestError> {
        let request = test.to(user, self.clock.now());
        let sent = self.send_request(tenant, request, &test.channels, request_id, patience);
        sent.await
    }

    /// Sends a request to one user, and waits as [`Self::send`] does.
    ///
    /// # Errors
    /// [`TestError`].
    pub async fn send_request(
        &self,
        tenant: &TenantId,
        request: SendRequest,
        channels: &[Channel],
        request_id: &str,
        patience: Duration,
    ) -> Result<Vec<TestResult>, TestError> {
        let until = Instant::now() + patience;
        let sent = self.intake.send(tenant, request_id, request, None).await?;
        let Some((id, _)) = sent.answer.notifications.first() else {
            let cause = "an accepted test has no id".to_owned();
            return Err(IntakeError::Internal(cause).into());
        };
        let storage = self.storage.as_ref();
        let record = wait::outcome(storage, tenant, *id, channels, until).await?;
        Ok(result::results(channels, &record, self.clock.now()))
    }
}
