//! Sends to topics that are over go when their tenant's term has passed since.

use crate::{FORGOTTEN_AT_ONCE, Fanouts, Retention, RetentionRun, StorageError};

/// Removes them, in steps that may be broken off anywhere, or counts them in a dry run; says how many.
///
/// # Errors
/// What the steps before the failing one removed stays removed.
pub async fn forget_past_term<S>(storage: &S, run: RetentionRun) -> Result<u64, StorageError>
where
    S: Fanouts + Retention + ?Sized,
{
    let mut all = 0;
    for (tenant, own) in storage.retention_terms().await? {
        let before = own.unwrap_or(run.default).cutoff(run.now);
        if run.dry_run {
            all += storage.count_forgettable(&tenant, before).await?;
            continue;
        }
        loop {
            let gone = storage.forget_fanouts(&tenant, before).await?;
            all += gone;
            if gone < u64::from(FORGOTTEN_AT_ONCE) {
                break;
            }
        }
    }
    Ok(all)
}
