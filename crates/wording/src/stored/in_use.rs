//! Which versions of templates are in use, and which schemas: the only things of templates that change.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{NotificationType, TenantId};
use campanile_storage::{Storage, StorageError, TypeInUse};

use crate::look_up::LookUp;

/// A type of a tenant.
pub(crate) type TypeKey = (TenantId, NotificationType);

/// Looks up what is in use of types.
pub(crate) struct InUse(pub(crate) Arc<dyn Storage>);

/// What is in use of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OfType {
    /// The version for new notifications.
    pub(crate) version: Option<u64>,
    /// The revision of its schema.
    pub(crate) schema: Option<u64>,
    /// Whether contents that violate the schema are refused.
    pub(crate) is_strict: bool,
}

#[async_trait]
impl LookUp for InUse {
    type Key = TypeKey;
    type Value = OfType;

    const WHAT: &'static str = "the version in use of a notification type";
    /// About 40,000 types.
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn bytes((tenant, of): &TypeKey, _: Option<&OfType>) -> usize {
        160 + tenant.as_str().len() + of.as_str().len()
    }

    async fn many(
        &self,
        types: &BTreeSet<TypeKey>,
    ) -> Result<HashMap<TypeKey, OfType>, StorageError> {
        let asked = types.iter().map(|(tenant, of)| (tenant, of)).collect();
        let found = self.0.types_in_use(&asked).await?.into_iter();
        let each = found.map(|one: TypeInUse| {
            let of = OfType {
                version: one.version,
                schema: one.schema_revision,
                is_strict: one.schema_is_strict,
            };
            ((one.tenant, one.notification_type), of)
        });
        Ok(each.collect())
    }
}
