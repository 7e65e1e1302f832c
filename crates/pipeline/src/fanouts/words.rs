//! What the subscribers of a topic see of its notifications.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{ItemTexts, TenantId, UserId};
use campanile_storage::{FanoutSays, StorageError};

/// Gives words to the notifications of a step. It is asked inside the step's transaction, so it must answer quickly.
#[async_trait]
pub trait FanoutWords: Send + Sync + 'static {
    /// What each of these users sees, in their order.
    ///
    /// # Errors
    /// It cannot be known now; the step fails.
    async fn items(
        &self,
        tenant: &TenantId,
        says: &FanoutSays,
        users: &[UserId],
    ) -> Result<Vec<Arc<ItemTexts>>, StorageError>;
}

/// Adds nothing to what the caller wrote.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWords;

impl NoWords {
    /// For a step.
    pub fn shared() -> Arc<dyn FanoutWords> {
        Arc::new(Self)
    }
}

#[async_trait]
impl FanoutWords for NoWords {
    async fn items(
        &self,
        _: &TenantId,
        says: &FanoutSays,
        users: &[UserId],
    ) -> Result<Vec<Arc<ItemTexts>>, StorageError> {
        let item = Arc::new(ItemTexts {
            link: says.link.clone(),
            actions: says.actions.clone(),
            ..ItemTexts::default()
        });
        Ok(vec![item; users.len()])
    }
}
