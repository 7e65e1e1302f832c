//! Accepting a send to a topic.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_storage::{
    AcceptOutcome, FanoutStart, IdempotencyKey, KeptAnswer, MOST_OPEN_FANOUTS,
    MOST_SCHEDULED_FANOUTS, NewFanout, Scope, StorageError, Transaction, UnitOfWork, Work,
    transact,
};

/// Accepts a send to a topic in one transaction, with its idempotency row: for those who are subscribed at that
/// moment, exactly.
///
/// # Errors
/// Nothing is stored, except after [`StorageError::CommitUnknown`].
pub async fn start_fanout<S: UnitOfWork + ?Sized>(
    storage: &S,
    new: Arc<NewFanout>,
) -> Result<FanoutStart, StorageError> {
    let scope = Scope::caller(&new.fanout.tenant);
    transact(storage, scope, Start(new)).await
}

struct Start(Arc<NewFanout>);

#[async_trait]
impl Work for Start {
    type Done = FanoutStart;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<FanoutStart, StorageError> {
        let fanout = &self.0.fanout;
        let Some(audience) = tx.hold_audience(&fanout.tenant, &fanout.topic).await? else {
            tx.nothing_written();
            return Ok(FanoutStart::NoTopic);
        };
        let is_crowded = self.is_crowded(tx).await?;
        if let Some(key) = self.key(audience.subscribers) {
            let (tenant, now) = (&fanout.tenant, fanout.created_at);
            // A request that was accepted before is answered as it was then, however many are open now.
            let refused = match tx.claim_key(tenant, &key, !is_crowded, now).await? {
                AcceptOutcome::Accepted => None,
                AcceptOutcome::Replayed(answer) => Some(FanoutStart::Replayed(answer)),
                AcceptOutcome::KeyReused => Some(FanoutStart::KeyReused),
                AcceptOutcome::KeyBusy => Some(FanoutStart::KeyBusy),
            };
            if let Some(refused) = refused {
                tx.nothing_written();
                return Ok(refused);
            }
        }
        if is_crowded {
            tx.nothing_written();
            return Ok(FanoutStart::TooMany);
        }
        tx.insert_fanout(fanout, audience).await?;
        let subscribers = audience.subscribers;
        Ok(FanoutStart::Started { subscribers })
    }
}

impl Start {
    /// Whether the tenant has too many already. Those that start at the same moment may exceed it by their number.
    async fn is_crowded(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let fanout = &self.0.fanout;
        let open = tx.open_fanouts(&fanout.tenant, fanout.created_at).await?;
        let is_due = fanout.send_at.is_none_or(|at| at <= fanout.created_at);
        Ok(open.all >= u64::from(MOST_SCHEDULED_FANOUTS)
            || is_due && open.due >= u64::from(MOST_OPEN_FANOUTS))
    }

    fn key(&self, subscribers: u64) -> Option<IdempotencyKey> {
        let (key, fingerprint) = self.0.idempotency.clone()?;
        Some(IdempotencyKey {
            key,
            fingerprint,
            answer: KeptAnswer::Fanout {
                id: self.0.fanout.id,
                subscribers,
            },
        })
    }
}
