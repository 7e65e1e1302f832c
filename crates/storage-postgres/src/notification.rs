//! Finds one notification by its id.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{NotificationRecord, Notifications, StorageError};
use sqlx::Row;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone};
use crate::inbox::{LINES, read_line, states};

#[async_trait]
impl Notifications for PostgresStorage {
    async fn notification(
        &self,
        tenant: &TenantId,
        user: Option<&UserId>,
        id: NotificationId,
    ) -> Result<Option<NotificationRecord>, StorageError> {
        let found = alone!(&self.pools.app, Kind::Read, |connection| {
            let mut query = Scope::one(tenant).head();
            query
                .push(" ")
                .push(LINES)
                .push(states!("n"))
                .push(", n.cancelled_at FROM scope JOIN notifications n ON n.tenant = scope.tenants WHERE n.id = ")
                .push_bind(id.0)
                .push(" AND n.deleted_at IS NULL");
            if let Some(user) = user {
                query
                    .push(" AND n.user_id = ")
                    .push_bind(user.as_str().to_owned());
            }
            let row = query.build().fetch_optional(connection).await?;
            row.map(|row| {
                Ok(NotificationRecord {
                    item: read_line(&row, 0, self.pools.app.keys())?,
                    cancelled_at: row.try_get("cancelled_at")?,
                })
            })
            .transpose()
        });
        Ok(found?)
    }
}
