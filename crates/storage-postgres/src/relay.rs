//! What a plan can do inside a transaction.

mod claim;
mod load;
mod texts;
mod write;

use std::collections::{BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use campanile_domain::{DeliveryId, Mark, MarkPlace, Marks, NotificationId, TenantId};
use campanile_storage::{
    ClaimedOutboxRows, OutboxInHand, PlanRows, PlannedLine, RelayLimits, StorageError, TakenOutbox,
    Texts, Unreadable,
};
use chrono::{DateTime, Utc};

use crate::named::named;
use crate::plan_marks::{hold, leave, look};
use crate::transaction::PostgresTransaction;

#[async_trait]
impl PlanRows for PostgresTransaction<'_> {
    async fn claim_outbox(
        &mut self,
        limits: &RelayLimits,
    ) -> Result<ClaimedOutboxRows, StorageError> {
        let claimed = named("claim_outbox", claim::claim(self.connection, limits)).await;
        self.keep(claimed)
    }

    async fn take_outbox(&mut self, rows: &[OutboxInHand]) -> Result<TakenOutbox, StorageError> {
        let taken = named("take_outbox", load::take(self.connection, rows)).await;
        self.keep(taken)
    }

    async fn put_aside(
        &mut self,
        unreadable: &[Unreadable],
        until: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "put_aside",
            write::put_aside(self.connection, unreadable, until),
        )
        .await;
        self.keep(done)
    }

    async fn insert_planned(
        &mut self,
        lines: &[PlannedLine<'_>],
        now: DateTime<Utc>,
    ) -> Result<HashSet<DeliveryId>, StorageError> {
        let new = named(
            "insert_planned",
            write::deliveries(self.connection, self.keys, &self.as_in_book, lines, now),
        )
        .await;
        self.keep(new)
    }

    async fn texts(
        &mut self,
        of: &[(&TenantId, NotificationId)],
    ) -> Result<HashMap<NotificationId, Texts>, StorageError> {
        let found = named("texts", texts::texts(self.connection, self.keys, of)).await;
        self.keep(found)
    }

    async fn marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
        let found = named("marks", look(self.connection, places)).await;
        self.keep(found)
    }

    async fn hold_marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
        now: DateTime<Utc>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
        let held = named("hold_marks", hold(self.connection, places, now)).await;
        self.keep(held)
    }

    async fn leave_marks(&mut self, marks: &Marks) -> Result<(), StorageError> {
        let left = named("leave_marks", leave(self.connection, marks)).await;
        self.keep(left)
    }
}
