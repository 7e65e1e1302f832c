//! An editor gives a type back to the built-in words.

use async_trait::async_trait;
use campanile_domain::{NotificationType, TemplateType, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};

/// Takes a type's version out of use and removes its drafts and the versions that wait for their time; `false` if there
/// is none of these. Versions that were published stay, since notifications name them, and so does the schema.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn retire<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    notification_type: &NotificationType,
) -> Result<bool, StorageError> {
    let work = Retire {
        tenant: tenant.clone(),
        notification_type: notification_type.clone(),
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Retire {
    tenant: TenantId,
    notification_type: NotificationType,
}

#[async_trait]
impl Work for Retire {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let (tenant, name) = (&self.tenant, &self.notification_type);
        tx.hold_templates(tenant).await?;
        let types = tx.types_with_templates(tenant).await?;
        let found = types.into_iter().find(|one| one.notification_type == *name);
        let drafts = tx.drafts_of(tenant, name).await?;
        let scheduled = tx.scheduled_versions(tenant, name).await?;
        let Some(one) = found
            .filter(|one| one.current_version.is_some() || !drafts.is_empty() || scheduled > 0)
        else {
            tx.nothing_written();
            return Ok(false);
        };
        let variants = tx.variants_of(tenant, name).await?;
        let revisions = drafts.iter().map(|draft| draft.revision);
        let revisions = revisions.chain(variants.iter().map(|variant| variant.revision));
        let one = TemplateType {
            current_version: None,
            current_bytes: 0,
            draft_bytes: 0,
            // No revision is used twice.
            last_revision: revisions.fold(one.last_revision, u64::max),
            ..one
        };
        tx.remove_drafts_and_scheduled(tenant, name).await?;
        tx.put_template_type(tenant, &one).await?;
        Ok(true)
    }
}
