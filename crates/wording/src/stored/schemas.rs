//! Schemas that were compiled lately.

use campanile_domain::{ContentSchema, NotificationType, TenantId};
use campanile_schemas::CompiledSchema;
use moka::sync::Cache;

/// So many are kept.
const MOST: u64 = 500;

/// Compiles schemas; a revision never changes.
pub(crate) struct Schemas {
    /// `None`: it does not compile any more.
    known: Cache<(TenantId, NotificationType, u64), Option<CompiledSchema>>,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        Self {
            known: Cache::new(MOST),
        }
    }

    pub(crate) fn get(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        revision: u64,
        schema: &ContentSchema,
    ) -> Option<CompiledSchema> {
        let key = (tenant.clone(), of.clone(), revision);
        self.known
            .get_with(key, || CompiledSchema::compile(&schema.schema).ok())
    }
}
