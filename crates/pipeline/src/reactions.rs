//! A reader, or a program, opens a mail or a link in it.

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, Reaction, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use crate::variants::VariantTally;

/// Marks the first reaction of a kind to a delivery and counts it for the variant that was sent; whether it was the first.
/// Later ones leave nothing, so what a mail may cost is bounded however often it is opened.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn record_reaction<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    notification: NotificationId,
    delivery: DeliveryId,
    reaction: Reaction,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let work = Record {
        tenant: tenant.clone(),
        notification,
        delivery,
        reaction,
        now,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Record {
    tenant: TenantId,
    notification: NotificationId,
    delivery: DeliveryId,
    reaction: Reaction,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Record {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let (tenant, reaction) = (&self.tenant, self.reaction);
        let first = tx
            .mark_reaction(tenant, self.notification, self.delivery, reaction, self.now)
            .await?;
        let Some(first) = first else {
            tx.nothing_written();
            return Ok(false);
        };
        let mut variants = VariantTally::default();
        variants.reacted(tenant, &first, reaction);
        variants.store(tx).await?;
        Ok(true)
    }
}
