//! Making deferred deliveries due when what they wait for has changed.

use campanile_domain::{Clock, TenantId};
use campanile_storage::{PreferenceBook, StorageError};

/// Makes everything that waits for quiet hours of a tenant's users fall due, if its choices have
/// changed, and says how much. Broken off anywhere, it is found by [`PreferenceBook::broken_off_reschedules`]
/// and goes on where it was.
///
/// Each step has its own time: with that of the first, a look that takes long would seem broken off.
///
/// # Errors
/// What was done so far stays.
pub async fn reschedule_all<S: PreferenceBook + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    clock: &dyn Clock,
) -> Result<u64, StorageError> {
    let mut rescheduled = 0;
    loop {
        let step = storage.reschedule_step(tenant, clock.now()).await?;
        rescheduled += step.rescheduled;
        if !step.more {
            return Ok(rescheduled);
        }
    }
}
