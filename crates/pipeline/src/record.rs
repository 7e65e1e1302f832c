//! Recording what became of deliveries.

use std::collections::HashMap;

use async_trait::async_trait;
use campanile_storage::{
    FinishedDelivery, LostDelivery, Record, Scope, StorageError, Transaction, UnitOfWork, Work,
    transact,
};

use crate::readdress::readdress;
use crate::variants::VariantTally;

/// Records results in one transaction: state, reason, the attempt, a `schedule` row for each that is tried again or
/// deferred, the dead letter of one that died; finished dispatches are removed. A late result is recorded too: its
/// attempt is appended, `sent` wins over an open state and over `cancelled` (the call had begun), and a final state
/// is never reopened.
///
/// A delivery that [lost its address](FinishedDelivery::lost_its_address) is followed by deliveries to its user's
/// other addresses, due at once.
///
/// # Errors
/// Nothing is recorded, except after [`StorageError::CommitUnknown`].
pub async fn record<S: UnitOfWork + ?Sized>(
    storage: &S,
    record: Record,
) -> Result<(), StorageError> {
    if record.deliveries.is_empty() && record.finished.is_empty() {
        return Ok(());
    }
    let delivered = record.deliveries.iter().map(|one| &one.tenant);
    let finished = record.finished.iter().map(|(tenant, _)| tenant);
    let scope = Scope::worker_for_all(delivered.chain(finished));
    transact(storage, scope, Recording(record)).await
}

struct Recording(Record);

#[async_trait]
impl Work for Recording {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let (record, now) = (&self.0, self.0.at);
        for round in rounds(&record.deliveries) {
            tx.record_results(&round, now).await?;
            tx.settle_addresses(&round, now).await?;
            let lost = round.iter().filter(|one| one.lost_its_address());
            let lost: Vec<_> = lost.map(|one| lost_delivery(one)).collect();
            readdress(tx, &lost, now).await?;
        }
        tx.remove_dispatches(&record.finished).await?;
        let mut variants = VariantTally::default();
        variants.finished(&record.deliveries);
        variants.store(tx).await
    }
}

fn lost_delivery(one: &FinishedDelivery) -> LostDelivery {
    LostDelivery {
        tenant: one.tenant.clone(),
        user: one.user_id.clone(),
        notification: one.notification_id,
        delivery: one.delivery_id,
        channel: one.channel,
        lane: one.lane,
    }
}

/// Splits results so that no delivery is in a round twice: one statement updates a row once, and would lose an
/// attempt. Sorted, so that two workers lock in the same order.
fn rounds(results: &[FinishedDelivery]) -> Vec<Vec<&FinishedDelivery>> {
    let mut rounds: Vec<Vec<&FinishedDelivery>> = Vec::new();
    let mut seen: HashMap<_, usize> = HashMap::new();
    for result in results {
        let round = seen
            .entry((&result.tenant, result.delivery_id))
            .or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(result);
        *round += 1;
    }
    for round in &mut rounds {
        round.sort_by_key(|r| (&r.tenant, r.notification_id, r.delivery_id));
    }
    rounds
}
