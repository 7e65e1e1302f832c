//! A delivery whose address was lost is followed by deliveries to its user's other addresses (ADR 40).

use std::collections::BTreeSet;

use campanile_domain::readdress as other_addresses;
use campanile_storage::{LostDelivery, Replacement, StorageError, Transaction};
use chrono::{DateTime, Utc};

/// Adds them; without a lost address there is no statement.
pub(crate) async fn readdress(
    tx: &mut dyn Transaction,
    lost: &[LostDelivery],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if lost.is_empty() {
        return Ok(());
    }
    let people: BTreeSet<_> = lost.iter().map(|one| (&one.tenant, &one.user)).collect();
    let addresses = tx.usable_addresses(&people).await?;
    let mut replacements = Vec::new();
    for one in lost {
        let theirs = addresses
            .usable
            .get(&(one.tenant.clone(), one.user.clone()));
        let theirs = theirs.map_or(&[][..], Vec::as_slice);
        let lines = other_addresses(one.notification, one.channel, theirs, now);
        replacements.extend(lines.map(|line| Replacement { lost: one, line }));
    }
    if replacements.is_empty() {
        return Ok(());
    }
    tx.insert_replacements(&replacements, now).await
}
