//! A tenant says what the content of a type looks like.

use async_trait::async_trait;
use campanile_domain::{
    ContentSchema, NotificationType, Precondition, PreconditionRefusal, TemplateType, TenantId,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};

use super::room::most_types;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaSaved {
    /// It is stored.
    Stored(TemplateType),
    /// The schema is not the one that the caller has seen; it has this revision, if there is one.
    Refused(PreconditionRefusal, Option<u64>),
    /// There is no schema that could be removed.
    Absent,
    /// The tenant has as many types with templates or a schema as it may have.
    TooManyTypes(usize),
}

/// Stores the schema of a type, which is valid; `None` removes it.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn save_schema<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    notification_type: &NotificationType,
    schema: Option<ContentSchema>,
    seen: Precondition,
) -> Result<SchemaSaved, StorageError> {
    let work = Save {
        tenant: tenant.clone(),
        notification_type: notification_type.clone(),
        schema,
        seen,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Save {
    tenant: TenantId,
    notification_type: NotificationType,
    schema: Option<ContentSchema>,
    seen: Precondition,
}

#[async_trait]
impl Work for Save {
    type Done = SchemaSaved;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<SchemaSaved, StorageError> {
        let done = self.decide(tx).await?;
        match &done {
            SchemaSaved::Stored(one) => tx.put_template_type(&self.tenant, one).await?,
            _ => tx.nothing_written(),
        }
        Ok(done)
    }
}

impl Save {
    async fn decide(&self, tx: &mut dyn Transaction) -> Result<SchemaSaved, StorageError> {
        tx.hold_templates(&self.tenant).await?;
        let types = tx.types_with_templates(&self.tenant).await?;
        let name = &self.notification_type;
        let found = types.iter().find(|one| one.notification_type == *name);
        let mut one = found.map_or_else(|| TemplateType::new(name.clone()), Clone::clone);
        if self.schema.is_some() {
            let most = most_types(tx, &self.tenant).await?;
            if !one.has_room(&types, most) {
                return Ok(SchemaSaved::TooManyTypes(most));
            }
        }
        let current = one.schema.as_ref().map(|_| one.schema_revision);
        if self.schema.is_none() && current.is_none() {
            return Ok(SchemaSaved::Absent);
        }
        let removes_without_asking = self.schema.is_none() && self.seen == Precondition::None;
        if let Err(refusal) = self.seen.check(current)
            && !removes_without_asking
        {
            return Ok(SchemaSaved::Refused(refusal, current));
        }
        one.schema.clone_from(&self.schema);
        one.schema_revision += 1;
        Ok(SchemaSaved::Stored(one))
    }
}
