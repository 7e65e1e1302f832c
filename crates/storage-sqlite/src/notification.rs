//! Finds one notification by its id.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{NotificationRecord, Notifications, StorageError};
use sqlx::{QueryBuilder, Sqlite};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::inbox::{LINES, line};
use crate::rows::get_moment;

#[async_trait]
impl Notifications for SqliteStorage {
    async fn notification(
        &self,
        tenant: &TenantId,
        user: Option<&UserId>,
        id: NotificationId,
    ) -> Result<Option<NotificationRecord>, StorageError> {
        let opening = self.opening(tenant).await?;
        let mut query = QueryBuilder::<Sqlite>::new(LINES);
        query
            .push(", n.cancelled_at FROM notifications n WHERE n.tenant = ")
            .push_bind(tenant.as_str())
            .push(" AND n.id = ")
            .push_bind(id.0)
            .push(" AND n.deleted_at IS NULL");
        if let Some(user) = user {
            query.push(" AND n.user_id = ").push_bind(user.as_str());
        }
        let row = query
            .build()
            .fetch_optional(&self.readers)
            .await
            .map_err(storage_error)?;
        let Some(row) = row else { return Ok(None) };
        let mut item = line(&row, &opening)?;
        let mut states = self
            .delivery_states(tenant, std::slice::from_ref(&item))
            .await?;
        item.delivery_states = states.remove(&id).unwrap_or_default();
        Ok(Some(NotificationRecord {
            item,
            cancelled_at: get_moment(&row, "cancelled_at")?,
        }))
    }
}
