//! One turn of the relay: outbox rows become delivery rows and dispatches.

mod dry_run;
mod inputs;
mod lines;
mod presence;
mod rate_rules;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{CONTROL, Channel, DeliveryId, DeliveryState, Routes};
use campanile_storage::{
    DeferredDelivery, Planned, PlannedLine, RelayLimits, Scope, StorageError, ToPlan, Transaction,
    TrialSuspect, UNREADABLE_PAUSE, UnitOfWork, Unreadable, Work, transact,
};
use chrono::{DateTime, Utc};

pub use presence::{NoPresence, Presence};

use crate::dispatches::{Leaving, group_into_dispatches};
use crate::variants::{VariantTally, shown_variant};

pub use dry_run::dry_run;

/// One turn, in one transaction: takes outbox rows fairly over tenants, plans what they name with
/// [`campanile_domain::plan`] over what their users want at that moment, stores the lines (a repeated plan changes
/// nothing), for each `deferred` one a row that falls due when it is to be looked at again, and one dispatch per
/// tenant, channel, lane and [`RelayLimits::dispatch_size`] queued deliveries, whose message is published once the
/// transaction is committed, and again when [`campanile_storage::Dispatch::WINDOW`] has passed.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn plan_turn<S: UnitOfWork + ?Sized>(
    storage: &S,
    limits: RelayLimits,
    routes: impl Into<Arc<Routes>>,
    now: DateTime<Utc>,
) -> Result<Planned, StorageError> {
    plan_turn_with_presence(storage, limits, routes, Arc::new(NoPresence), now).await
}

/// The same where it is known who has a live stream open.
///
/// # Errors
/// As [`plan_turn`].
pub async fn plan_turn_with_presence<S: UnitOfWork + ?Sized>(
    storage: &S,
    limits: RelayLimits,
    routes: impl Into<Arc<Routes>>,
    presence: Arc<dyn Presence>,
    now: DateTime<Utc>,
) -> Result<Planned, StorageError> {
    let turn = PlanTurn {
        limits,
        routes: routes.into(),
        presence,
        now,
    };
    transact(storage, Scope::worker(), turn).await
}

struct PlanTurn {
    limits: RelayLimits,
    routes: Arc<Routes>,
    presence: Arc<dyn Presence>,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for PlanTurn {
    type Done = Planned;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Planned, StorageError> {
        let claimed = tx.claim_outbox(&self.limits).await?;
        if claimed.rows.is_empty() {
            tx.nothing_written();
            return Ok(Planned {
                held: claimed.held,
                ..Planned::default()
            });
        }
        let taken = tx.take_outbox(&claimed.rows).await?;
        let (routes, presence) = (&self.routes, self.presence.as_ref());
        let lines = lines::lines(tx, &taken.notifications, routes, presence, self.now).await?;
        let new = tx.insert_planned(&lines, self.now).await?;
        let mut planned = self.finish(tx, &lines, new).await?;
        put_aside(tx, &taken.unreadable, self.now).await?;
        let mut variants = VariantTally::default();
        variants.shown(&taken.notifications);
        variants.store(tx).await?;
        planned.faults = taken.notifications.iter().filter_map(fault).collect();
        planned.notifications = taken.notifications.len();
        let shown = taken.notifications.iter().map(|one| &one.notification);
        let shown = shown.filter(|one| one.in_inbox());
        let whose =
            |one: &campanile_domain::Notification| (one.tenant.clone(), one.user_id.clone());
        planned.inboxes = shown.map(whose).collect();
        planned.traces = taken
            .notifications
            .iter()
            .filter_map(|one| one.trace)
            .collect();
        planned.more = claimed.more;
        planned.held = claimed.held;
        planned.oldest = claimed.oldest();
        Ok(planned)
    }
}

impl PlanTurn {
    /// Dispatches the new lines that leave and schedules those that wait. A line that was stored before has had its
    /// dispatch.
    async fn finish(
        &self,
        tx: &mut dyn Transaction,
        lines: &[PlannedLine<'_>],
        mut new: HashSet<DeliveryId>,
    ) -> Result<Planned, StorageError> {
        let mut planned = Planned::default();
        let (mut leaving, mut waiting) = (Vec::new(), Vec::new());
        // Removed, so that a line that stands there twice leaves once.
        for PlannedLine { of, line } in lines.iter().filter(|one| new.remove(&one.line.id)) {
            let channel = line.channel;
            match (line.state, of.withdrawn, line.reason) {
                (DeliveryState::Queued, ..) => leaving.push(Leaving {
                    tenant: of.notification.tenant.clone(),
                    channel,
                    lane: of.lane,
                    notification: of.notification.id,
                    delivery: line.id,
                }),
                (DeliveryState::Cancelled, Some(why), _) => planned.cancelled.add(channel, why),
                (DeliveryState::Suppressed, _, Some(why)) => planned.suppressed.add(channel, why),
                (DeliveryState::Deferred, _, Some(why)) => planned.deferred.add(channel, why),
                _ => {}
            }
            waiting.extend(line.until.map(|until| deferred(of, line, until)));
        }
        tx.schedule_deferred(&waiting).await?;
        let dispatches =
            group_into_dispatches(leaving, self.limits.dispatch_size, self.now, tx.random());
        tx.insert_dispatches(&dispatches, self.now).await?;
        planned.dispatches = dispatches.into_iter().map(|one| one.dispatch).collect();
        Ok(planned)
    }
}

/// The comparison in which a variant failed to word what an inbox shows.
fn fault(of: &ToPlan) -> Option<TrialSuspect> {
    let assigned = shown_variant(of).filter(|one| one.fault && one.variant != CONTROL)?;
    Some(TrialSuspect {
        tenant: of.notification.tenant.clone(),
        notification_type: of.notification.notification_type.clone(),
        channel: Channel::InApp,
        trial: assigned.trial,
    })
}

fn deferred(
    of: &ToPlan,
    line: &campanile_domain::PlannedDelivery,
    until: DateTime<Utc>,
) -> DeferredDelivery {
    DeferredDelivery {
        tenant: of.notification.tenant.clone(),
        user: of.notification.user_id.clone(),
        notification: of.notification.id,
        delivery: line.id,
        channel: line.channel,
        lane: of.lane,
        until,
    }
}

/// Notifications that this version cannot read are planned later, so that they hold up no others.
async fn put_aside(
    tx: &mut dyn Transaction,
    unreadable: &[Unreadable],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if unreadable.is_empty() {
        return Ok(());
    }
    for one in unreadable {
        tracing::error!(
            tenant.id = %one.tenant, notification.id = %one.notification, error = %one.error,
            "this notification cannot be decoded; it is postponed"
        );
    }
    tx.put_aside(unreadable, now + UNREADABLE_PAUSE).await
}
