//! What is to be recorded.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Act, AuditAction, TenantId};
use campanile_storage::{StorageError, Transaction};
use serde_json::Value;

/// Looks at what an act changes.
#[async_trait]
pub trait Look: Send + Sync + 'static {
    /// What is there now: a JSON value that names every field that it shows, and shows no secret; `None` if there is
    /// nothing.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError>;
}

/// An act on something; cheap to clone.
#[derive(Clone)]
pub struct AuditEntry {
    pub(super) tenant: TenantId,
    pub(super) act: Act,
    pub(super) action: AuditAction,
    pub(super) target: String,
    pub(super) look: Option<Arc<dyn Look>>,
    pub(super) details: Option<Value>,
}

impl AuditEntry {
    /// An act without states.
    pub fn new(
        tenant: &TenantId,
        act: &Act,
        action: AuditAction,
        target: impl Into<String>,
    ) -> Self {
        Self {
            tenant: tenant.clone(),
            act: act.clone(),
            action,
            target: target.into(),
            look: None,
            details: None,
        }
    }

    /// Records what was there before and what is there afterwards.
    #[must_use]
    pub fn looking(self, look: impl Look) -> Self {
        Self {
            look: Some(Arc::new(look)),
            ..self
        }
    }

    /// Records what was asked for, as the state afterwards: for acts that change many things. No secrets.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self {
            details: Some(details),
            ..self
        }
    }
}
