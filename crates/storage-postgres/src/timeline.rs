//! Everything that happened to one notification.

use std::borrow::Cow;

use async_trait::async_trait;
use campanile_domain::{Attempt, Deferral, Delivery, DeliveryId, NotificationId, TenantId};
use campanile_sealing::KeyRing;
use campanile_storage::{StorageError, Timeline, TimelineRecord};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::PostgresStorage;
use crate::addresses::opened_of;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::reactions::{reaction_columns, reactions};
use crate::rows::{Reader, marks_columns, notification_columns};

#[async_trait]
impl Timeline for PostgresStorage {
    async fn timeline(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<TimelineRecord>, StorageError> {
        let found = transact!(
            &self.pools.app,
            Kind::Read,
            &Scope::one(tenant),
            |connection| {
                let row = sqlx::query(concat!(
                    "SELECT ",
                    marks_columns!(),
                    ", n.cancelled_at, ",
                    notification_columns!(),
                    " FROM notifications n
                     WHERE n.tenant = $1 AND n.id = $2 AND n.deleted_at IS NULL"
                ))
                .bind(tenant.as_str())
                .bind(id.0)
                .fetch_optional(&mut *connection)
                .await?;
                let Some(row) = row else {
                    return Ok(None);
                };
                let mut reader = Reader::new(&row, "notifications").opening(self.pools.app.keys());
                let (marks, cancelled_at) = (reader.marks()?, reader.next("cancelled_at")?);
                let notification = reader.notification()?;
                let deliveries = deliveries(connection, self.pools.app.keys(), tenant, id).await?;
                Ok(Some(TimelineRecord {
                    notification,
                    marks,
                    cancelled_at,
                    deliveries,
                }))
            }
        );
        Ok(found?)
    }
}

/// The deliveries of a notification, oldest first.
pub(crate) async fn deliveries(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    notification: NotificationId,
) -> Result<Vec<Delivery>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT id, channel, address, state, reason, next_attempt_at, attempts, deferrals, ",
        reaction_columns!(),
        ", created_at, updated_at
         FROM deliveries WHERE tenant = $1 AND notification_id = $2 ORDER BY created_at, id"
    ))
    .bind(tenant.as_str())
    .bind(notification.0)
    .fetch_all(connection)
    .await?;
    let read = |row| read(row, keys, tenant, notification);
    rows.iter().map(read).collect()
}

fn read(
    row: &PgRow,
    keys: &KeyRing,
    tenant: &TenantId,
    notification_id: NotificationId,
) -> Result<Delivery, Fault> {
    let mut reader = Reader::new(row, "deliveries");
    let id = DeliveryId(reader.next("id")?);
    let channel = reader.channel()?;
    let address = opened_of(keys, tenant, channel, reader.next("address")?)?;
    Ok(Delivery {
        id,
        notification_id,
        channel,
        // One that cannot be opened is shown as none: the others are none the worse.
        address: address.map(Cow::into_owned).unwrap_or_default(),
        state: reader.parse("state", str::parse)?,
        reason: reader.next("reason")?,
        next_attempt_at: reader.next("next_attempt_at")?,
        attempts: reader
            .next::<sqlx::types::Json<Vec<Attempt>>>("attempts")?
            .0,
        deferrals: reader
            .next::<Option<sqlx::types::Json<Vec<Deferral>>>>("deferrals")?
            .map(|kept| kept.0)
            .unwrap_or_default(),
        reactions: reactions(&mut reader)?,
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
    })
}
