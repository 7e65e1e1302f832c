//! Logs the failures of a task: a line when they begin, not one for each try.

use campanile_storage::StorageError;
use campanile_telemetry::Outage;

/// The outage of one task.
pub(crate) struct Trouble(Outage);

impl Trouble {
    /// Of `task`; `meanwhile` says what that means.
    pub(crate) const fn of(task: &'static str, meanwhile: &'static str) -> Self {
        Self(Outage::of(task, meanwhile))
    }

    /// How a try ended; gives it back. Where the connection or the server failed, the back end has said so already, for
    /// all tasks together.
    pub(crate) fn note<T>(&self, result: Result<T, StorageError>) -> Result<T, StorageError> {
        match &result {
            Ok(_) => self.0.worked(),
            Err(error) if error.is_connection() => tracing::debug!(%error, "failed"),
            Err(error) => self.0.failed(error),
        }
        result
    }

    /// The same where the error is all there is.
    pub(crate) fn failed(&self, error: StorageError) {
        let _ = self.note::<()>(Err(error));
    }
}
