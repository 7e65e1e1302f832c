//! What readers do with mails: first reactions, as marks of deliveries.

use async_trait::async_trait;
use campanile_domain::{
    DeliveryId, NotificationId, NotificationType, Reaction, ReactionKind, Reactions, TenantId,
    UserId, variant_seen,
};
use campanile_storage::{FirstReaction, ReactedTo, ReactionRows, ReadReactions, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::named::named;
use crate::rows::Reader;
use crate::transaction::PostgresTransaction;

/// The columns that [`reactions`] reads.
macro_rules! reaction_columns {
    () => {
        "opened_at, clicked_at, machine_opened_at, machine_clicked_at"
    };
}
pub(crate) use reaction_columns;

/// Reads `reaction_columns!`.
pub(crate) fn reactions(reader: &mut Reader<'_>) -> Result<Reactions, Fault> {
    Ok(Reactions {
        opened_at: reader.next("opened_at")?,
        clicked_at: reader.next("clicked_at")?,
        machine_opened_at: reader.next("machine_opened_at")?,
        machine_clicked_at: reader.next("machine_clicked_at")?,
    })
}

#[async_trait]
impl ReadReactions for PostgresStorage {
    async fn reacted_to(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<ReactedTo>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            look(connection, tenant, notification, delivery).await
        });
        Ok(found?)
    }
}

#[async_trait]
impl ReactionRows for PostgresTransaction<'_> {
    async fn mark_reaction(
        &mut self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        reaction: Reaction,
        at: DateTime<Utc>,
    ) -> Result<Option<FirstReaction>, StorageError> {
        let marking = mark(
            self.connection,
            tenant,
            (notification, delivery),
            reaction,
            at,
        );
        let marked = named("mark_reaction", marking).await;
        self.keep(marked)
    }
}

async fn look(
    connection: &mut PgConnection,
    tenant: &TenantId,
    notification: NotificationId,
    delivery: DeliveryId,
) -> Result<Option<ReactedTo>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT state, updated_at, ",
        reaction_columns!(),
        " FROM deliveries WHERE tenant = $1 AND notification_id = $2 AND id = $3"
    ))
    .bind(tenant.as_str())
    .bind(notification.0)
    .bind(delivery.0)
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "deliveries");
        Ok(ReactedTo {
            state: reader.parse("state", str::parse)?,
            updated_at: reader.next("updated_at")?,
            reactions: reactions(&mut reader)?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// The statement that marks one column. `updated_at` stays: it is when the delivery ended.
macro_rules! mark_column {
    ($column:literal) => {
        concat!(
            "UPDATE deliveries SET ",
            $column,
            " = $4 WHERE tenant = $1 AND notification_id = $2 AND id = $3 AND ",
            $column,
            " IS NULL RETURNING channel, attempts #>> '{-1,texts,variant}' IS NOT NULL"
        )
    };
}

async fn mark(
    connection: &mut PgConnection,
    tenant: &TenantId,
    (notification, delivery): (NotificationId, DeliveryId),
    reaction: Reaction,
    at: DateTime<Utc>,
) -> Result<Option<FirstReaction>, Fault> {
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
        .bind(at)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(marked) = marked else {
        return Ok(None);
    };
    let mut reader = Reader::new(&marked, "deliveries");
    let (channel, is_compared) = (reader.channel()?, reader.next::<bool>("attempts")?);
    let row = sqlx::query(
        "SELECT user_id, notification_type, variants::text FROM notifications
         WHERE tenant = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(notification.0)
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        Ok(FirstReaction {
            user: reader.parse("user_id", UserId::parse)?,
            notification_type: reader.parse("notification_type", NotificationType::parse)?,
            channel,
            variant: variant_seen(reader.variants()?, channel, is_compared),
        })
    };
    row.as_ref().map(read).transpose()
}
