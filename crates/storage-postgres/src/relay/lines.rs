//! Planning what a turn has loaded.

use campanile_domain::{Plan, PlanInputs, PlannedDelivery, Routes, TenantId, UserId, plan};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::apply_rate_rules::apply_rate_rules;
use super::load::Waiting;
use crate::address_book::{Book, usable};
use crate::error::Fault;
use crate::preferences::{EffectivePreferencesByUser, effective_preferences, hold_choices};

/// A line, and what it is of.
pub(super) type Line<'w> = (&'w Waiting, PlannedDelivery);

/// A plan, and what it is of.
pub(super) type Planning<'w> = (&'w Waiting, Plan);

/// The lines of all plans. Where some are deferred, the choices of their tenants are held and read again.
pub(super) async fn lines<'w>(
    connection: &mut PgConnection,
    waiting: &'w [Waiting],
    routes: &Routes,
    now: DateTime<Utc>,
) -> Result<Vec<Line<'w>>, Fault> {
    let whose = |one: &'w Waiting| -> (&'w TenantId, &'w UserId) {
        (&one.notification.tenant, &one.notification.user_id)
    };
    let all = || waiting.iter().map(whose);
    let reachable = all().filter(|(tenant, _)| routes.needs_addresses(tenant));
    let book = usable(connection, reachable).await?;
    // What only the inbox shows, nobody has a choice about.
    let asked = || all().filter(|(tenant, _)| routes.has_any(tenant));
    let mut choices = effective_preferences(connection, asked()).await?;
    let mut plans = planned(waiting, routes, &book, &choices, now);
    let deferred = plans.iter().filter(|(_, plan)| plan.defers());
    let deferring: Vec<_> = deferred.map(|(one, _)| whose(one).0).collect();
    if !deferring.is_empty() {
        hold_choices(connection, &mut choices, deferring, asked()).await?;
        plans = planned(waiting, routes, &book, &choices, now);
    }
    apply_rate_rules(connection, &mut plans, &choices, now).await?;
    let lines = plans.into_iter().flat_map(|(one, plan)| {
        let lines = plan.deliveries.into_iter();
        lines.map(move |line| (one, line))
    });
    Ok(lines.collect())
}

fn planned<'w>(
    waiting: &'w [Waiting],
    routes: &Routes,
    book: &Book,
    choices: &EffectivePreferencesByUser,
    now: DateTime<Utc>,
) -> Vec<Planning<'w>> {
    let plans = waiting.iter().map(|one| {
        let notification = &one.notification;
        let user = (notification.tenant.clone(), notification.user_id.clone());
        let plan = plan(&PlanInputs {
            notification,
            routes,
            addresses: book.get(&user).map_or(&[][..], Vec::as_slice),
            preferences: &choices.of(&user.0, &user.1),
            now,
        });
        (one, plan.withdrawn(one.withdrawn))
    });
    plans.collect()
}
