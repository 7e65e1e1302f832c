//! What was chosen, held as it is where something is about to be deferred by it.

use std::collections::BTreeSet;

use campanile_domain::{TenantId, UserId};
use sqlx::PgConnection;

use super::effective_preferences::{EffectivePreferencesByUser, effective_preferences};
use super::lock;
use crate::error::Fault;

/// Keeps the choices of these tenants as they are until the commit, and reads those of their people
/// again: who changes them later finds what waits.
///
/// The other tenants keep what was read of them before, though it may have changed since. By that, none
/// of theirs is deferred, so there is nothing that their change would have to find; by what they
/// have chosen meanwhile, something might be, and without the lock.
pub(crate) async fn hold<'n>(
    connection: &mut PgConnection,
    choices: &mut EffectivePreferencesByUser,
    tenants: impl IntoIterator<Item = &'n TenantId>,
    people: impl Iterator<Item = (&'n TenantId, &'n UserId)>,
) -> Result<(), Fault> {
    let tenants: BTreeSet<&TenantId> = tenants.into_iter().collect();
    lock::shared(connection, &tenants).await?;
    let theirs = people.filter(|(tenant, _)| tenants.contains(tenant));
    let held = effective_preferences(connection, theirs).await?;
    choices.replace(&tenants, held);
    Ok(())
}
