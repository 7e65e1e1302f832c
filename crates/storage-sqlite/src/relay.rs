//! What a plan can do inside a transaction.

mod claim;
mod load;
mod texts;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use campanile_domain::{DeliveryId, Mark, MarkPlace, Marks, NotificationId, TenantId};
use campanile_storage::{
    ClaimedOutboxRows, OutboxInHand, PlanRows, PlannedLine, RelayLimits, StorageError, TakenOutbox,
    Texts, Unreadable,
};
use chrono::{DateTime, Utc};

use crate::accept::schedule;
use crate::plan_marks::{found, leave};
use crate::transaction::SqliteTransaction;

#[async_trait]
impl PlanRows for SqliteTransaction<'_> {
    async fn claim_outbox(
        &mut self,
        limits: &RelayLimits,
    ) -> Result<ClaimedOutboxRows, StorageError> {
        claim::claim(self.connection, limits).await
    }

    async fn take_outbox(&mut self, rows: &[OutboxInHand]) -> Result<TakenOutbox, StorageError> {
        load::take(self.connection, rows).await
    }

    async fn put_aside(
        &mut self,
        unreadable: &[Unreadable],
        until: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for one in unreadable {
            let (id, lane) = (one.notification, one.lane.rank());
            schedule(self.connection, &one.tenant, id, lane, until).await?;
        }
        Ok(())
    }

    async fn insert_planned(
        &mut self,
        lines: &[PlannedLine<'_>],
        now: DateTime<Utc>,
    ) -> Result<HashSet<DeliveryId>, StorageError> {
        write::deliveries(self.connection, &self.keys, &self.as_in_book, lines, now).await
    }

    async fn texts(
        &mut self,
        of: &[(&TenantId, NotificationId)],
    ) -> Result<HashMap<NotificationId, Texts>, StorageError> {
        texts::texts(self.connection, &self.keys, of).await
    }

    async fn marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
        let mut tenants: BTreeMap<&TenantId, BTreeSet<&MarkPlace>> = BTreeMap::new();
        for place in places {
            tenants.entry(&place.tenant).or_default().insert(*place);
        }
        let mut marks = HashMap::new();
        for (tenant, places) in tenants {
            marks.extend(found(self.connection, tenant, &places).await?);
        }
        Ok(marks)
    }

    /// The one writer holds every place.
    async fn hold_marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
        _now: DateTime<Utc>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
        self.marks(places).await
    }

    async fn leave_marks(&mut self, marks: &Marks) -> Result<(), StorageError> {
        leave(self.connection, marks).await
    }
}
