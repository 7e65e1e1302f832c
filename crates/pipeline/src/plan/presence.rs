//! Who is looking at their inbox right now.

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId};
use campanile_storage::{ChoicesByPerson, Person};

/// Knows approximately who has a live stream open. It is asked inside a transaction, only about people whose preferences
/// depend on it, so it must answer quickly; who is not known to be active is not.
#[async_trait]
pub trait Presence: Send + Sync + 'static {
    /// Those of these people who are active.
    async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person>;

    /// Whether this user is active.
    async fn is_active(&self, tenant: &TenantId, user: &UserId) -> bool {
        let person = BTreeSet::from([(tenant.clone(), user.clone())]);
        !self.active(&person).await.is_empty()
    }
}

/// Knows of no streams.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPresence;

#[async_trait]
impl Presence for NoPresence {
    async fn active(&self, _: &BTreeSet<Person>) -> HashSet<Person> {
        HashSet::new()
    }
}

/// Those who are active, of those for whom it matters.
pub(super) async fn active(
    presence: &dyn Presence,
    choices: &ChoicesByPerson,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> HashSet<Person> {
    let matters = people
        .iter()
        .filter(|(tenant, user)| choices.of(tenant, user).asks_for_presence())
        .map(|(tenant, user)| ((*tenant).clone(), (*user).clone()));
    let people: BTreeSet<_> = matters.collect();
    if people.is_empty() {
        return HashSet::new();
    }
    presence.active(&people).await
}
