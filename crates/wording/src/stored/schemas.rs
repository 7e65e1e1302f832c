//! Schemas that were compiled lately.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{NotificationType, TenantId};
use campanile_schemas::CompiledSchema;
use campanile_storage::{Storage, StorageError};

use crate::look_up::LookUp;

/// A revision never changes.
const KEPT: Duration = Duration::from_secs(3_600);

/// A revision of a type's schema.
pub(crate) type SchemaKey = (TenantId, NotificationType, u64);

/// Looks up schemas and compiles them.
pub(crate) struct Schemas(pub(crate) Arc<dyn Storage>);

/// A schema that was compiled.
#[derive(Clone)]
pub(crate) struct Schema {
    /// `None`: it does not compile any more, which is in the log.
    pub(crate) compiled: Option<CompiledSchema>,
}

#[async_trait]
impl LookUp for Schemas {
    type Key = SchemaKey;
    type Value = Schema;

    const WHAT: &'static str = "the schema of a notification type";
    const MOST_BYTES: u64 = 32 * 1024 * 1024;

    fn kept(schema: Option<&Schema>) -> Duration {
        match schema {
            Some(_) => KEPT,
            // It was removed meanwhile.
            None => Duration::ZERO,
        }
    }

    fn bytes(_: &SchemaKey, schema: Option<&Schema>) -> usize {
        let compiled = schema.and_then(|schema| schema.compiled.as_ref());
        300 + compiled.map_or(0, CompiledSchema::bytes)
    }

    async fn many(
        &self,
        keys: &BTreeSet<SchemaKey>,
    ) -> Result<HashMap<SchemaKey, Schema>, StorageError> {
        let mut found = HashMap::new();
        for key in keys {
            let (tenant, of, revision) = key;
            let Some(one) = self.0.template_type(tenant, of).await? else {
                continue;
            };
            // If it was replaced a moment ago, the new one holds already.
            let Some(schema) = one.schema else {
                continue;
            };
            let compiled = CompiledSchema::compile(&schema.schema);
            if let Err(fault) = &compiled {
                // It compiled when it was saved, so an older or newer program has done that.
                tracing::error!(
                    tenant.id = %tenant, r#type = %of, revision, error = fault.detail,
                    "the schema of a notification type does not compile; contents are not compared with it"
                );
            }
            let schema = Schema {
                compiled: compiled.ok(),
            };
            found.insert(key.clone(), schema);
        }
        Ok(found)
    }
}
