//! Rows of the outbox, for the accept and for notifications that were accepted to be sent later.

use async_trait::async_trait;
use campanile_domain::{Lane, OutboxId, Random};
use campanile_storage::{OUTBOX_ROW_IDS, OutboxRow, OutboxRows, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::named::named;
use crate::rows::array_text;
use crate::transaction::PostgresTransaction;

/// The columns of outbox rows.
#[derive(Default)]
pub(crate) struct OutboxColumns<'a> {
    pub(crate) tenants: Vec<&'a str>,
    pub(crate) lanes: Vec<i16>,
    pub(crate) ids: Vec<Uuid>,
    pub(crate) notification_ids: Vec<String>,
    pub(crate) created_at: Vec<DateTime<Utc>>,
}

impl<'a> OutboxColumns<'a> {
    /// Adds as many rows as the ids need.
    pub(crate) fn add(
        &mut self,
        (tenant, lane): (&'a str, Lane),
        ids: &[Uuid],
        since: DateTime<Utc>,
        random: &Random,
    ) {
        for ids in ids.chunks(OUTBOX_ROW_IDS) {
            self.tenants.push(tenant);
            self.lanes.push(lane.rank());
            self.ids.push(OutboxId::new(since, random).0);
            self.notification_ids.push(array_text(ids.iter().copied()));
            self.created_at.push(since);
        }
    }

    /// Stores them.
    pub(crate) async fn insert(&self, connection: &mut PgConnection) -> Result<(), Fault> {
        if self.ids.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO outbox (tenant, lane, id, notification_ids, created_at)
             SELECT o.tenant, o.lane, o.id, o.ids::uuid[], o.created_at
             FROM UNNEST($1::text[], $2::smallint[], $3::uuid[], $4::text[], $5::timestamptz[])
                 AS o (tenant, lane, id, ids, created_at)",
        )
        .bind(&self.tenants)
        .bind(&self.lanes)
        .bind(&self.ids)
        .bind(&self.notification_ids)
        .bind(&self.created_at)
        .execute(connection)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl OutboxRows for PostgresTransaction<'_> {
    async fn insert_outbox(
        &mut self,
        rows: &[OutboxRow],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let mut outbox = OutboxColumns::default();
        for row in rows {
            let ids: Vec<Uuid> = row.notifications.iter().map(|id| id.0).collect();
            outbox.add((row.tenant.as_str(), row.lane), &ids, now, self.random);
        }
        let inserted = named("insert_outbox", outbox.insert(self.connection)).await;
        self.keep(inserted)
    }
}
