//! The lines of a turn's plans.

use std::collections::BTreeSet;

use campanile_domain::Routes;
use campanile_storage::{PlannedLine, StorageError, ToPlan, Transaction};
use chrono::{DateTime, Utc};

use super::inputs::{Inputs, whose};
use super::presence::Presence;
use super::rate_rules;

/// The lines of all plans. Where some are deferred, the choices of their tenants are held and read again.
pub(super) async fn lines<'p>(
    tx: &mut dyn Transaction,
    notifications: &'p [ToPlan],
    routes: &'p Routes,
    presence: &'p dyn Presence,
    now: DateTime<Utc>,
) -> Result<Vec<PlannedLine<'p>>, StorageError> {
    let mut inputs = Inputs::read(tx, notifications, routes, presence).await?;
    let mut plans = inputs.plans(now);
    let deferred = plans.iter().filter(|(_, plan)| plan.defers());
    let deferring: BTreeSet<_> = deferred.map(|(one, _)| whose(one).0).collect();
    if inputs.hold_choices(tx, &deferring).await? {
        plans = inputs.plans(now);
    }
    rate_rules::apply(tx, &mut plans, &inputs.choices, now).await?;
    let lines = plans.into_iter().flat_map(|(of, plan)| {
        let lines = plan.deliveries.into_iter();
        lines.map(move |line| PlannedLine { of, line })
    });
    Ok(lines.collect())
}
