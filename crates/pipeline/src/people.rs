//! Reading what people have chosen, as plans and verdicts need it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{EffectivePreferences, TenantId, UserId};
use campanile_storage::{
    ChoicesByPerson, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};

/// The effective preferences of a user, as a plan made now would read them.
///
/// # Errors
/// [`StorageError`].
pub async fn preferences_of<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
) -> Result<EffectivePreferences, StorageError> {
    let of = PreferencesOf {
        tenant: tenant.clone(),
        user: user.clone(),
    };
    transact(storage, Scope::reader(tenant), of).await
}

struct PreferencesOf {
    tenant: TenantId,
    user: UserId,
}

#[async_trait]
impl Work for PreferencesOf {
    type Done = EffectivePreferences;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<EffectivePreferences, StorageError> {
        let people = BTreeSet::from([(&self.tenant, &self.user)]);
        let choices = choices(tx, &people).await?;
        Ok(choices.of(&self.tenant, &self.user))
    }
}

/// What these people have chosen, with the time zones of those whose choices need one.
pub(crate) async fn choices(
    tx: &mut dyn Transaction,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<ChoicesByPerson, StorageError> {
    if people.is_empty() {
        return Ok(ChoicesByPerson::default());
    }
    let mut choices = tx.choices(people).await?;
    let needs_zone = |(tenant, user): &&(&TenantId, &UserId)| choices.of(tenant, user).needs_zone();
    let abroad: BTreeSet<_> = people.iter().filter(needs_zone).copied().collect();
    if !abroad.is_empty() {
        choices.zones = tx.time_zones(&abroad).await?;
    }
    Ok(choices)
}

/// Keeps the choices of tenants as they are until the commit where something is about to be deferred by them, and
/// reads those of their people again; says whether there is something to decide anew.
///
/// The other tenants keep what was read of them before, though it may have changed since. By that, none of their
/// deliveries is deferred, so a change has nothing to find; by what they have chosen meanwhile, one might be, without
/// the lock.
pub(crate) async fn hold_choices(
    tx: &mut dyn Transaction,
    choices: &mut ChoicesByPerson,
    tenants: &BTreeSet<&TenantId>,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<bool, StorageError> {
    if tenants.is_empty() || !tx.hold_choices(tenants).await? {
        return Ok(false);
    }
    let theirs = people.iter().filter(|(tenant, _)| tenants.contains(tenant));
    let held = self::choices(tx, &theirs.copied().collect()).await?;
    choices.replace(tenants, held);
    Ok(true)
}
