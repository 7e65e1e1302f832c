//! What the subscribers of a topic see is made as for any other notification.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Clock, ItemTexts, Notification, NotificationId, Priority, TenantId, UserId,
};
use campanile_pipeline::FanoutWords;
use campanile_storage::{FanoutSays, StorageError};
use campanile_wording::{Group, Wording};

/// Gives words to the notifications of a fan-out.
pub(crate) struct Words {
    pub(crate) wording: Wording,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl FanoutWords for Words {
    async fn items(
        &self,
        tenant: &TenantId,
        says: &FanoutSays,
        users: &[UserId],
    ) -> Result<Vec<Arc<ItemTexts>>, StorageError> {
        let Some(first) = users.first() else {
            return Ok(Vec::new());
        };
        let now = self.clock.now();
        let says = Notification {
            // Words depend on none of these: the row has its own.
            id: NotificationId::floor(now),
            priority: Priority::default(),
            channels: None,
            send_at: None,
            expires_at: None,
            collapse_key: None,
            correlation_id: String::new(),
            created_at: now,
            tenant: tenant.clone(),
            user_id: first.clone(),
            notification_type: says.notification_type.clone(),
            title: says.title.clone(),
            body: says.body.clone(),
            content: Arc::clone(&says.content),
            item: Arc::new(ItemTexts {
                link: says.link.clone(),
                actions: says.actions.clone(),
                ..ItemTexts::default()
            }),
        };
        let group = Group {
            says: &says,
            users: users.iter().collect(),
        };
        let mut items = self.wording.items(&[group]).await?;
        Ok(items.pop().unwrap_or_default())
    }
}
