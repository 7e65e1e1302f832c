//! Who is looking at their inbox right now.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId};
use campanile_storage::{ChoicesByPerson, Person};
use tokio::time::{Instant, timeout};

/// A turn waits no longer in all, for it holds rows of the outbox and a connection meanwhile. Those about whom there is no
/// answer by then count as not active: a push too many does less harm than one that is late.
const PATIENCE: Duration = Duration::from_millis(50);

/// Knows approximately who has a live stream open. It is asked inside a transaction, only about people whose preferences
/// depend on it, and waited for no longer than 50 ms; who is not known to be active is not.
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

/// What a turn knows of who is active. It asks about each user once, and only about those for whom it matters.
pub(super) struct Active<'p> {
    presence: &'p dyn Presence,
    /// Everyone who was asked about, and whether they are active.
    known: HashMap<Person, bool>,
    patience: Duration,
}

impl<'p> Active<'p> {
    pub(super) fn new(presence: &'p dyn Presence) -> Self {
        Self {
            presence,
            known: HashMap::new(),
            patience: PATIENCE,
        }
    }

    /// Asks about those of these people for whom it matters and who are not known yet.
    pub(super) async fn ask(
        &mut self,
        choices: &ChoicesByPerson,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) {
        let matters = people
            .iter()
            .filter(|(tenant, user)| choices.of(tenant, user).asks_for_presence())
            .map(|(tenant, user)| ((*tenant).clone(), (*user).clone()));
        let unknown: BTreeSet<_> = matters
            .filter(|person| !self.known.contains_key(person))
            .collect();
        if unknown.is_empty() {
            return;
        }
        let begun = Instant::now();
        let active = match timeout(self.patience, self.presence.active(&unknown)).await {
            Ok(active) => active,
            Err(_) => {
                tracing::debug!("it is not known who is active; pushes are sent");
                HashSet::new()
            }
        };
        self.patience = self.patience.saturating_sub(begun.elapsed());
        let is_active = |person: &Person| active.contains(person);
        let answers = unknown.into_iter().map(|person| {
            let is_active = is_active(&person);
            (person, is_active)
        });
        self.known.extend(answers);
    }

    /// Whether this user is known to be active.
    pub(super) fn contains(&self, person: &Person) -> bool {
        self.known.get(person).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use campanile_domain::{Preferences, TenantPreferences};

    use super::*;

    /// Answers after so long, and counts the questions.
    struct Slow(Duration, AtomicUsize);

    #[async_trait]
    impl Presence for Slow {
        async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person> {
            self.1.fetch_add(people.len(), Ordering::Relaxed);
            tokio::time::sleep(self.0).await;
            people.iter().cloned().collect()
        }
    }

    /// Of a tenant whose users want no push while they are looking.
    fn choices(tenant: &TenantId) -> ChoicesByPerson {
        let mut choices = ChoicesByPerson::default();
        let defaults = Preferences {
            push_while_active: Some(false),
            ..Preferences::default()
        };
        let of_tenant = TenantPreferences {
            defaults,
            ..TenantPreferences::default()
        };
        choices.tenants.insert(tenant.clone(), Arc::new(of_tenant));
        choices
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_waits_no_longer_than_its_patience_and_asks_about_each_user_once() {
        let tenant = TenantId::parse("acme").expect("valid");
        let users = ["anna", "bert"].map(|name| UserId::parse(name).expect("valid"));
        let (one, both) = (
            BTreeSet::from([(&tenant, &users[0])]),
            users.iter().map(|user| (&tenant, user)).collect(),
        );
        let choices = choices(&tenant);
        for (takes_ms, expected, waits_ms, questions) in [
            (20, [true, true], 40, 2),
            (30, [true, false], 50, 2),
            (3_600_000, [false, false], 50, 2),
        ] {
            let presence = Slow(Duration::from_millis(takes_ms), AtomicUsize::new(0));
            let mut active = Active::new(&presence);
            let begun = Instant::now();
            active.ask(&choices, &one).await;
            active.ask(&choices, &both).await;
            active.ask(&choices, &both).await;
            let found = users
                .each_ref()
                .map(|user| active.contains(&(tenant.clone(), user.clone())));
            assert_eq!(found, expected, "{takes_ms}");
            // The clock of a paused runtime counts whole milliseconds.
            let waited = begun.elapsed().as_millis();
            assert!(waited.abs_diff(waits_ms) <= 2, "{takes_ms}: {waited}");
            assert!(presence.1.load(Ordering::Relaxed) <= questions);
        }
    }
}
