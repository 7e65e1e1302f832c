//! What plans are made from.

use std::collections::BTreeSet;

use campanile_domain::{Plan, PlanInputs, Routes, TenantId, UserId, plan};
use campanile_storage::{AddressesFound, ChoicesByPerson, StorageError, ToPlan, Transaction};
use chrono::{DateTime, Utc};

use super::presence::{Active, Presence};
use crate::people::{choices, hold_choices};

/// A plan and its notification.
pub(super) type Planning<'p> = (&'p ToPlan, Plan);

/// What plans look at of the users of some notifications.
pub(super) struct Inputs<'p> {
    notifications: &'p [ToPlan],
    routes: &'p Routes,
    /// Those whose choices matter. Choices are about channels: where a tenant has none, only the inbox shows the
    /// notification.
    people: BTreeSet<(&'p TenantId, &'p UserId)>,
    addresses: AddressesFound,
    pub(super) choices: ChoicesByPerson,
    /// Those who have a live stream open, of those whose choices depend on it.
    active: Active<'p>,
}

impl<'p> Inputs<'p> {
    /// Reads them.
    pub(super) async fn read(
        tx: &mut dyn Transaction,
        notifications: &'p [ToPlan],
        routes: &'p Routes,
        presence: &'p dyn Presence,
    ) -> Result<Self, StorageError> {
        let people = |needed: fn(&Routes, &TenantId) -> bool| {
            let all = notifications.iter().map(whose);
            let needed = all.filter(|(tenant, _)| needed(routes, tenant));
            needed.collect::<BTreeSet<_>>()
        };
        let reachable = people(Routes::needs_addresses);
        let addresses = if reachable.is_empty() {
            AddressesFound::default()
        } else {
            tx.usable_addresses(&reachable).await?
        };
        let people = people(Routes::has_any);
        let choices = choices(tx, &people).await?;
        let mut active = Active::new(presence);
        active.ask(&choices, &people).await;
        Ok(Self {
            notifications,
            routes,
            people,
            addresses,
            choices,
            active,
        })
    }

    /// Holds the choices of these tenants and reads them again; says whether the plans have to be made again.
    pub(super) async fn hold_choices(
        &mut self,
        tx: &mut dyn Transaction,
        tenants: &BTreeSet<&TenantId>,
    ) -> Result<bool, StorageError> {
        let is_held = hold_choices(tx, &mut self.choices, tenants, &self.people).await?;
        if is_held {
            self.active.ask(&self.choices, &self.people).await;
        }
        Ok(is_held)
    }

    /// The plan of each notification.
    pub(super) fn plans(&self, now: DateTime<Utc>) -> Vec<Planning<'p>> {
        let plans = self.notifications.iter().map(|one| {
            let notification = &one.notification;
            let user = (notification.tenant.clone(), notification.user_id.clone());
            let plan = plan(&PlanInputs {
                notification,
                routes: self.routes,
                addresses: self
                    .addresses
                    .usable
                    .get(&user)
                    .map_or(&[][..], Vec::as_slice),
                suppressed: self
                    .addresses
                    .suppressed
                    .get(&user)
                    .map_or(&[][..], Vec::as_slice),
                unreadable: self
                    .addresses
                    .unreadable
                    .get(&user)
                    .map_or(&[][..], Vec::as_slice),
                preferences: &self.choices.of(&user.0, &user.1),
                is_active: self.active.contains(&user),
                now,
            });
            (one, plan.withdrawn(one.withdrawn))
        });
        plans.collect()
    }
}

/// Whose a notification is.
pub(super) fn whose(one: &ToPlan) -> (&TenantId, &UserId) {
    (&one.notification.tenant, &one.notification.user_id)
}
