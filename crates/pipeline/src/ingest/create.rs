//! A tenant gets a new ingest address.

use async_trait::async_trait;
use campanile_domain::{IngestAddress, IngestId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateIngest {
    /// It is stored.
    Created,
    /// The tenant has as many in use as it may have ([`IngestAddress::MOST`]).
    TooMany,
}

/// Stores a new address with the digest of its key. Of the revoked ones, the newest [`IngestAddress::REVOKED_KEPT`] stay
/// listed.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn create_ingest_address<S: UnitOfWork + ?Sized>(
    storage: &S,
    address: &IngestAddress,
    key_digest: [u8; 32],
) -> Result<CreateIngest, StorageError> {
    let work = Create {
        address: address.clone(),
        key_digest,
    };
    transact(storage, Scope::caller(&address.tenant), work).await
}

struct Create {
    address: IngestAddress,
    key_digest: [u8; 32],
}

#[async_trait]
impl Work for Create {
    type Done = CreateIngest;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<CreateIngest, StorageError> {
        let tenant = &self.address.tenant;
        tx.hold_ingest(tenant).await?;
        let all = tx.ingest_addresses_of(tenant).await?;
        let (revoked, in_use): (Vec<_>, Vec<_>) =
            all.iter().partition(|one| one.revoked_at.is_some());
        if in_use.len() >= IngestAddress::MOST {
            tx.nothing_written();
            return Ok(CreateIngest::TooMany);
        }
        // Those that were revoked first go first, whenever they were created.
        let mut revoked: Vec<_> = revoked.iter().map(|one| (one.revoked_at, one.id)).collect();
        revoked.sort_unstable_by(|one, other| other.cmp(one));
        let old = revoked.iter().skip(IngestAddress::REVOKED_KEPT);
        let old: Vec<IngestId> = old.map(|(_, id)| *id).collect();
        if !old.is_empty() {
            tx.remove_ingest_addresses(tenant, &old).await?;
        }
        tx.insert_ingest_address(&self.address, &self.key_digest)
            .await?;
        Ok(CreateIngest::Created)
    }
}
