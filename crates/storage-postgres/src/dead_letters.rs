//! Deliveries that died.

mod bury;
mod choose;
mod revive;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetterRows,
    DeadLetterTaken, DeadLetters, StorageError,
};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::named::named;
use crate::rows::Reader;
use crate::transaction::PostgresTransaction;
use choose::{matching, taking};

#[async_trait]
impl DeadLetters for PostgresStorage {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        after: Option<DeadLetterCursor>,
        limit: u32,
    ) -> Result<DeadLetterPage, StorageError> {
        let pool = &self.pools.app;
        let page = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let mut all = QueryBuilder::new("SELECT count(*)");
            matching(&mut all, tenant, filter);
            let total: i64 = all.build_query_scalar().fetch_one(&mut *connection).await?;
            let mut items = items(connection, tenant, filter, after, limit).await?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let has_more = items.len() > limit;
            items.truncate(limit);
            Ok(DeadLetterPage {
                items,
                total: count(total),
                has_more,
            })
        });
        Ok(page?)
    }

    async fn bury_messages(&self, messages: &[BuriedMessage]) -> Result<u64, StorageError> {
        if messages.is_empty() {
            return Ok(0);
        }
        let (pool, scope) = (
            &self.pools.worker,
            Scope::of(messages.iter().map(|one| &one.tenant)),
        );
        let buried = transact!(pool, Kind::Write, &scope, |connection| {
            bury::bury(connection, messages).await
        });
        Ok(buried?)
    }
}

#[async_trait]
impl DeadLetterRows for PostgresTransaction<'_> {
    async fn take_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<Vec<DeadLetterTaken>, StorageError> {
        let taken = named(
            "take_dead_letters",
            revive::take(self.connection, tenant, filter, limit),
        )
        .await;
        self.keep(taken)
    }

    async fn revive_deliveries(
        &mut self,
        tenant: &TenantId,
        taken: &[DeadLetterTaken],
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let revived = named(
            "revive_deliveries",
            revive::revive(self.connection, tenant, taken, due_at),
        )
        .await;
        self.keep(revived)
    }

    async fn purge_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let purge = async {
            let mut query = taking(tenant, filter, "", limit);
            let done = query.build().execute(&mut *self.connection).await?;
            Ok(done.rows_affected())
        };
        let purged = named("purge_dead_letters", purge).await;
        self.keep(purged)
    }
}

async fn items(
    connection: &mut PgConnection,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    after: Option<DeadLetterCursor>,
    limit: u32,
) -> Result<Vec<DeadLetter>, Fault> {
    let mut page = QueryBuilder::new(
        "SELECT d.id, d.notification_id, d.user_id, d.channel, d.code, d.detail, d.attempts, d.died_at",
    );
    matching(&mut page, tenant, filter);
    if let Some((died_at, id)) = after {
        page.push(" AND (d.died_at, d.id) < (")
            .push_bind(died_at)
            .push(", ")
            .push_bind(id.0)
            .push(")");
    }
    page.push(" ORDER BY d.died_at DESC, d.id DESC LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = page.build().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<DeadLetter, Fault> {
    let mut reader = Reader::new(row, "dead_letters");
    Ok(DeadLetter {
        id: DeliveryId(reader.next("id")?),
        notification_id: reader
            .next::<Option<Uuid>>("notification_id")?
            .map(NotificationId),
        user_id: reader.parse_some("user_id", UserId::parse)?,
        channel: reader.parse_some("channel", str::parse)?,
        code: reader.next("code")?,
        detail: reader.next("detail")?,
        attempts: reader.unsigned("attempts")?,
        died_at: reader.next("died_at")?,
    })
}
