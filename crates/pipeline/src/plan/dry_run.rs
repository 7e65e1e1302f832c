//! The plans that a turn of the relay would make, and nothing written.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Lane, Notification, Plan, Routes, TenantId};
use campanile_storage::{Scope, StorageError, ToPlan, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use super::inputs::Inputs;
use super::presence::Presence;
use super::rate_rules;

/// Plans notifications of a tenant that are not stored, as a relay would do at `now`; gives their plans in the same
/// order. The marks that these plans would leave for each other count, and are not stored.
///
/// # Errors
/// [`StorageError`].
pub async fn dry_run<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    notifications: Vec<Notification>,
    routes: Routes,
    presence: Arc<dyn Presence>,
    now: DateTime<Utc>,
) -> Result<Vec<Plan>, StorageError> {
    let to_plan = |notification| ToPlan {
        notification,
        // No plan looks at it.
        lane: Lane::Default,
        withdrawn: None,
        cancelled_at: None,
        trace: None,
    };
    let dry_run = DryRun {
        notifications: notifications.into_iter().map(to_plan).collect(),
        routes,
        presence,
        now,
    };
    transact(storage, Scope::reader(tenant), dry_run).await
}

struct DryRun {
    notifications: Vec<ToPlan>,
    routes: Routes,
    presence: Arc<dyn Presence>,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for DryRun {
    type Done = Vec<Plan>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Vec<Plan>, StorageError> {
        let inputs = Inputs::read(
            tx,
            &self.notifications,
            &self.routes,
            self.presence.as_ref(),
        )
        .await?;
        let mut plans = inputs.plans(self.now);
        rate_rules::preview(tx, &mut plans, &inputs.choices, self.now).await?;
        Ok(plans.into_iter().map(|(_, plan)| plan).collect())
    }
}
