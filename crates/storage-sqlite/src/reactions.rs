//! What readers do with mails: first reactions, as marks of deliveries.

use async_trait::async_trait;
use campanile_domain::{
    DeliveryId, NotificationId, NotificationType, Reaction, ReactionKind, Reactions, TenantId,
    UserId, assignments_from_stored, variant_seen,
};
use campanile_storage::{FirstReaction, ReactedTo, ReactionRows, ReadReactions, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, get_moment, micros, moment, state};
use crate::transaction::SqliteTransaction;

/// The columns that [`reactions`] reads.
macro_rules! reaction_columns {
    () => {
        "opened_at, clicked_at, machine_opened_at, machine_clicked_at"
    };
}
pub(crate) use reaction_columns;

/// Reads `reaction_columns!`.
pub(crate) fn reactions(row: &SqliteRow) -> Result<Reactions, StorageError> {
    Ok(Reactions {
        opened_at: get_moment(row, "opened_at")?,
        clicked_at: get_moment(row, "clicked_at")?,
        machine_opened_at: get_moment(row, "machine_opened_at")?,
        machine_clicked_at: get_moment(row, "machine_clicked_at")?,
    })
}

#[async_trait]
impl ReadReactions for SqliteStorage {
    async fn reacted_to(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<ReactedTo>, StorageError> {
        let row = sqlx::query(concat!(
            "SELECT state, updated_at, ",
            reaction_columns!(),
            " FROM deliveries WHERE tenant = ? AND notification_id = ? AND id = ?"
        ))
        .bind(tenant.as_str())
        .bind(notification.0)
        .bind(delivery.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let read = |row| {
            Ok(ReactedTo {
                state: state(get(row, "state")?)?,
                updated_at: moment(get(row, "updated_at")?)?,
                reactions: reactions(row)?,
            })
        };
        row.as_ref().map(read).transpose()
    }
}

#[async_trait]
impl ReactionRows for SqliteTransaction<'_> {
    async fn mark_reaction(
        &mut self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        reaction: Reaction,
        at: DateTime<Utc>,
    ) -> Result<Option<FirstReaction>, StorageError> {
        let of = (notification, delivery);
        mark(self.connection, tenant, of, reaction, at).await
    }
}

/// The statement that marks one column. `updated_at` stays: it is when the delivery ended.
macro_rules! mark_column {
    ($column:literal) => {
        concat!(
            "UPDATE deliveries SET ",
            $column,
            " = ?4 WHERE tenant = ?1 AND notification_id = ?2 AND id = ?3 AND ",
            $column,
            " IS NULL RETURNING channel, \
             json_extract(attempts, '$[#-1].texts.variant') IS NOT NULL AS is_compared"
        )
    };
}

async fn mark(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    (notification, delivery): (NotificationId, DeliveryId),
    reaction: Reaction,
    at: DateTime<Utc>,
) -> Result<Option<FirstReaction>, StorageError> {
    let statement = match (reaction.kind, reaction.by_machine) {
        (ReactionKind::Open, false) => mark_column!("opened_at"),
        (ReactionKind::Click, false) => mark_column!("clicked_at"),
        (ReactionKind::Open, true) => mark_column!("machine_opened_at"),
        (ReactionKind::Click, true) => mark_column!("machine_clicked_at"),
    };
    let marked = sqlx::query(statement)
        .bind(tenant.as_str())
        .bind(notification.0)
        .bind(delivery.0)
        .bind(micros(at))
        .fetch_optional(&mut *connection)
        .await
        .map_err(storage_error)?;
    let Some(marked) = marked else {
        return Ok(None);
    };
    let of = channel(get(&marked, "channel")?)?;
    let is_compared: bool = get(&marked, "is_compared")?;
    let row = sqlx::query(
        "SELECT user_id, notification_type, variants FROM notifications WHERE tenant = ? AND id = ?",
    )
    .bind(tenant.as_str())
    .bind(notification.0)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        let fault = |column| move |error| undecodable("notifications", column, error);
        let variants = assignments_from_stored(get(row, "variants")?)
            .map_err(|error| undecodable("notifications", "variants", error))?;
        Ok(FirstReaction {
            user: UserId::parse(get(row, "user_id")?).map_err(fault("user_id"))?,
            notification_type: NotificationType::parse(get(row, "notification_type")?)
                .map_err(fault("notification_type"))?,
            channel: of,
            variant: variant_seen(variants, of, is_compared),
        })
    };
    row.as_ref().map(read).transpose()
}
