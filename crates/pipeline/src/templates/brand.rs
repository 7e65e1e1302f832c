//! An editor saves the brand.

use async_trait::async_trait;
use campanile_domain::{
    Brand, Precondition, PreconditionRefusal, TemplateType, TenantId, shared_type,
};
use campanile_storage::{
    Scope, StorageError, StoredBrand, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

use super::room::most_types;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrandSaved {
    /// It is stored.
    Stored(StoredBrand),
    /// The brand is not the one that the editor has seen; it has this revision, if there is one.
    Refused(PreconditionRefusal, Option<u64>),
    /// The tenant has as many types with templates as it may have.
    TooManyTypes(usize),
}

/// Saves the brand. Messages use it when `_shared` is published next.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn save_brand<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    brand: Brand,
    seen: Precondition,
    by: &str,
    now: DateTime<Utc>,
) -> Result<BrandSaved, StorageError> {
    let work = Save {
        tenant: tenant.clone(),
        brand,
        seen,
        by: by.to_owned(),
        now,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Save {
    tenant: TenantId,
    brand: Brand,
    seen: Precondition,
    by: String,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Save {
    type Done = BrandSaved;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<BrandSaved, StorageError> {
        tx.hold_templates(&self.tenant).await?;
        let current = tx.brand_of(&self.tenant).await?.map(|one| one.revision);
        if let Err(refusal) = self.seen.check(current) {
            tx.nothing_written();
            return Ok(BrandSaved::Refused(refusal, current));
        }
        let types = tx.types_with_templates(&self.tenant).await?;
        let shared = shared_type();
        if !types.iter().any(|one| one.notification_type == shared) {
            let new = TemplateType::new(shared);
            let most = most_types(tx, &self.tenant).await?;
            if !new.has_room(&types, most) {
                tx.nothing_written();
                return Ok(BrandSaved::TooManyTypes(most));
            }
            tx.put_template_type(&self.tenant, &new).await?;
        }
        let stored = StoredBrand {
            brand: self.brand.clone(),
            revision: current.unwrap_or(0) + 1,
            updated_at: self.now,
            updated_by: self.by.clone(),
        };
        tx.put_brand(&self.tenant, &stored).await?;
        Ok(BrandSaved::Stored(stored))
    }
}
