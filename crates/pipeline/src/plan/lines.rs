//! The plans of a turn.

use std::collections::BTreeSet;

use campanile_domain::{Plan, PlanInputs, Routes, TenantId, UserId, plan};
use campanile_storage::{
    AddressesByPerson, ChoicesByPerson, PlannedLine, StorageError, ToPlan, Transaction,
};
use chrono::{DateTime, Utc};

use super::rate_rules;
use crate::people::{choices, hold_choices};

/// A plan and its notification.
pub(super) type Planning<'p> = (&'p ToPlan, Plan);

/// The lines of all plans. Where some are deferred, the choices of their tenants are held and read again.
pub(super) async fn lines<'p>(
    tx: &mut dyn Transaction,
    notifications: &'p [ToPlan],
    routes: &Routes,
    now: DateTime<Utc>,
) -> Result<Vec<PlannedLine<'p>>, StorageError> {
    let people = |needed: fn(&Routes, &TenantId) -> bool| -> BTreeSet<(&'p TenantId, &'p UserId)> {
        let all = notifications.iter().map(whose);
        all.filter(|(tenant, _)| needed(routes, tenant)).collect()
    };
    let reachable = people(Routes::needs_addresses);
    let addresses = if reachable.is_empty() {
        AddressesByPerson::new()
    } else {
        tx.usable_addresses(&reachable).await?
    };
    // Choices are about channels: where a tenant has none, only the inbox shows the notification.
    let people = people(Routes::has_any);
    let mut chosen = choices(tx, &people).await?;
    let mut plans = planned(notifications, routes, &addresses, &chosen, now);
    let deferred = plans.iter().filter(|(_, plan)| plan.defers());
    let deferring: BTreeSet<_> = deferred.map(|(one, _)| whose(one).0).collect();
    if hold_choices(tx, &mut chosen, &deferring, &people).await? {
        plans = planned(notifications, routes, &addresses, &chosen, now);
    }
    rate_rules::apply(tx, &mut plans, &chosen, now).await?;
    let lines = plans.into_iter().flat_map(|(of, plan)| {
        let lines = plan.deliveries.into_iter();
        lines.map(move |line| PlannedLine { of, line })
    });
    Ok(lines.collect())
}

fn whose(one: &ToPlan) -> (&TenantId, &UserId) {
    (&one.notification.tenant, &one.notification.user_id)
}

fn planned<'p>(
    notifications: &'p [ToPlan],
    routes: &Routes,
    addresses: &AddressesByPerson,
    choices: &ChoicesByPerson,
    now: DateTime<Utc>,
) -> Vec<Planning<'p>> {
    let plans = notifications.iter().map(|one| {
        let notification = &one.notification;
        let user = (notification.tenant.clone(), notification.user_id.clone());
        let plan = plan(&PlanInputs {
            notification,
            routes,
            addresses: addresses.get(&user).map_or(&[][..], Vec::as_slice),
            preferences: &choices.of(&user.0, &user.1),
            now,
        });
        (one, plan.withdrawn(one.withdrawn))
    });
    plans.collect()
}
