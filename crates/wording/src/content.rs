//! Whether the content of a request fits the schema of its type.

use campanile_domain::{NotificationType, TenantId};
use campanile_schemas::Violation;
use campanile_storage::StorageError;
use serde_json::Value;

use crate::Wording;

/// Violations that are named.
const MOST: usize = 20;

/// What a schema says of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentVerdict {
    /// It fits, or there is no schema.
    Fits,
    /// It violates the schema, which the tenant wants to be refused.
    Refused(Vec<Violation>),
    /// It violates the schema, and is sent.
    Warned(Vec<Violation>),
}

impl Wording {
    /// Compares a content, a JSON object, with the schema of its type.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn check_content(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        content: &str,
    ) -> Result<ContentVerdict, StorageError> {
        let in_use = self.in_use.of(tenant).await?;
        let schema = in_use.get(of).and_then(|of| of.schema.as_ref());
        let Some((revision, schema)) = schema else {
            return Ok(ContentVerdict::Fits);
        };
        let Some(compiled) = self.schemas.get(tenant, of, *revision, schema) else {
            return Ok(ContentVerdict::Fits);
        };
        let content: Value = serde_json::from_str(content).unwrap_or(Value::Null);
        let violations = compiled.violations(&content, MOST);
        Ok(match (violations.is_empty(), schema.strict) {
            (true, _) => ContentVerdict::Fits,
            (false, true) => ContentVerdict::Refused(violations),
            (false, false) => ContentVerdict::Warned(violations),
        })
    }
}
