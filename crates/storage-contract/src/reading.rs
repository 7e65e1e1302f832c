//! Looks at rows that only transactions read.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{Channel, EffectivePreferences, Mark, MarkPlace, TenantId, UserId};
use campanile_storage::{Scope, Storage, StorageError, Transaction, Work, transact};

/// What a plan looks at of one user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recipient {
    /// Usable addresses, by channel.
    pub addresses: Vec<(Channel, String)>,
    /// The effective preferences.
    pub preferences: EffectivePreferences,
}

/// What a plan would look at of these users, in their order.
///
/// # Panics
/// If the back end fails.
pub async fn recipients(
    storage: &dyn Storage,
    tenant: &TenantId,
    users: &[UserId],
) -> Vec<Recipient> {
    let work = Recipients(tenant.clone(), users.to_vec());
    let found = transact(storage, Scope::reader(tenant), work).await;
    found.expect("read")
}

struct Recipients(TenantId, Vec<UserId>);

#[async_trait]
impl Work for Recipients {
    type Done = Vec<Recipient>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Vec<Recipient>, StorageError> {
        let Self(tenant, users) = self;
        let people: BTreeSet<_> = users.iter().map(|user| (tenant, user)).collect();
        let addresses = tx.usable_addresses(&people).await?;
        let mut choices = tx.choices(&people).await?;
        choices.zones = tx.time_zones(&people).await?;
        let recipient = |user: &UserId| Recipient {
            addresses: addresses
                .usable
                .get(&(tenant.clone(), user.clone()))
                .cloned()
                .unwrap_or_default(),
            preferences: choices.of(tenant, user),
        };
        Ok(users.iter().map(recipient).collect())
    }
}

/// The marks at places, as a caller of the tenant sees them.
///
/// # Panics
/// If the back end fails.
pub async fn marks(
    storage: &dyn Storage,
    tenant: &TenantId,
    places: &[MarkPlace],
) -> HashMap<MarkPlace, Mark> {
    let work = MarksAt(places.to_vec());
    let found = transact(storage, Scope::reader(tenant), work).await;
    found.expect("read")
}

struct MarksAt(Vec<MarkPlace>);

#[async_trait]
impl Work for MarksAt {
    type Done = HashMap<MarkPlace, Mark>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        tx.marks(&self.0.iter().collect()).await
    }
}
