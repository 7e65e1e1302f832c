//! Everything that happened to one notification.

use std::borrow::Cow;

use async_trait::async_trait;
use campanile_domain::{Delivery, DeliveryId, NotificationId, TenantId};
use campanile_storage::{StorageError, Timeline, TimelineRecord};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::keys::Opening;
use crate::reactions::{reaction_columns, reactions};
use crate::rows::{
    channel, get, get_moment, marks, marks_columns, moment, notification, notification_columns,
    state,
};

#[async_trait]
impl Timeline for SqliteStorage {
    async fn timeline(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<TimelineRecord>, StorageError> {
        let opening = self.opening(tenant).await?;
        let row = sqlx::query(concat!(
            "SELECT ",
            marks_columns!(),
            ", n.cancelled_at, ",
            notification_columns!(),
            " FROM notifications n WHERE n.tenant = ? AND n.id = ? AND n.deleted_at IS NULL"
        ))
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(TimelineRecord {
            notification: notification(&row, &opening)?,
            marks: marks(&row)?,
            cancelled_at: get_moment(&row, "cancelled_at")?,
            deliveries: deliveries(&self.readers, &opening, tenant, id).await?,
        }))
    }
}

/// The deliveries of a notification, oldest first.
pub(crate) async fn deliveries(
    readers: &SqlitePool,
    opening: &Opening<'_>,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<Vec<Delivery>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT id, channel, address, state, reason, next_attempt_at, attempts, deferrals, ",
        reaction_columns!(),
        ", created_at, updated_at FROM deliveries WHERE tenant = ? AND notification_id = ? \
         ORDER BY created_at, channel, id"
    ))
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_all(readers)
    .await
    .map_err(storage_error)?;
    rows.iter().map(|row| delivery(row, opening, id)).collect()
}

fn delivery(
    row: &SqliteRow,
    opening: &Opening<'_>,
    notification_id: NotificationId,
) -> Result<Delivery, StorageError> {
    let channel = channel(get(row, "channel")?)?;
    let address = opening.address_of(channel, get(row, "address")?);
    Ok(Delivery {
        id: DeliveryId(get(row, "id")?),
        notification_id,
        channel,
        // One that cannot be opened is shown as none: the others are none the worse.
        address: address.map(Cow::into_owned).unwrap_or_default(),
        state: state(get(row, "state")?)?,
        reason: get(row, "reason")?,
        next_attempt_at: get_moment(row, "next_attempt_at")?,
        attempts: serde_json::from_str(get(row, "attempts")?)
            .map_err(|e| undecodable("deliveries", "attempts", e))?,
        deferrals: get::<Option<&str>>(row, "deferrals")?
            .map_or(Ok(Vec::new()), serde_json::from_str)
            .map_err(|e| undecodable("deliveries", "deferrals", e))?,
        reactions: reactions(row)?,
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
    })
}
