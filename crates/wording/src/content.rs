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
    /// There is a schema, which does not compile any more, and the content is sent.
    Unchecked,
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
        let in_use = self.in_use.get(&(tenant.clone(), of.clone())).await?;
        let Some((in_use, revision)) = in_use.and_then(|one| Some((one, one.schema?))) else {
            return Ok(ContentVerdict::Fits);
        };
        let key = (tenant.clone(), of.clone(), revision);
        let Some(schema) = self.schemas.get(&key).await? else {
            // It was removed a moment ago.
            return Ok(ContentVerdict::Fits);
        };
        let Some(compiled) = schema.compiled else {
            return Ok(ContentVerdict::Unchecked);
        };
        let content: Value = serde_json::from_str(content).unwrap_or(Value::Null);
        let violations = compiled.violations(&content, MOST);
        Ok(match (violations.is_empty(), in_use.is_strict) {
            (true, _) => ContentVerdict::Fits,
            (false, true) => ContentVerdict::Refused(violations),
            (false, false) => ContentVerdict::Warned(violations),
        })
    }
}
