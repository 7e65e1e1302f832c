//! Who the load is about: users `user-0`, `user-1`, …, dealt to the tenants in turn.
//!
//! `people` registers them and `run` sends to them; both must mean the same ones.

use anyhow::{Context, ensure};

/// Tenants and their users.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    tenants: Vec<String>,
    users: u64,
}

impl Population {
    /// So many users over these tenants; each has as many as the others, so a remainder stays out.
    pub(crate) fn new(tenants: &[String], users: u32) -> anyhow::Result<Self> {
        ensure!(!tenants.is_empty(), "--tenants: at least one is needed");
        let (count, users) = (tenants.len() as u64, u64::from(users));
        ensure!(
            users >= count,
            "--users: at least one for each of the {count} tenants"
        );
        Ok(Self {
            tenants: tenants.to_vec(),
            users: users / count * count,
        })
    }

    /// How many users there are.
    pub(crate) fn users(&self) -> u64 {
        self.users
    }

    /// The tenants, in the order of their turns.
    pub(crate) fn tenants(&self) -> &[String] {
        &self.tenants
    }

    /// How many users one tenant has.
    pub(crate) fn users_each(&self) -> u64 {
        self.users / self.tenants.len() as u64
    }

    /// The place of the tenant whose turn a request is, or whom a user belongs to.
    pub(crate) fn turn(&self, number: u64) -> usize {
        usize::try_from(number % self.tenants.len() as u64).unwrap_or_default()
    }

    /// The users that a request is for: all of the tenant whose turn it is.
    pub(crate) fn recipients(&self, number: u64, count: u64) -> impl Iterator<Item = String> {
        let (tenants, each) = (self.tenants.len() as u64, self.users_each());
        let (round, turn) = (number / tenants, number % tenants);
        (0..count).map(move |n| name((round * count + n) % each * tenants + turn))
    }

    /// A user's name and tenant.
    pub(crate) fn user(&self, number: u64) -> anyhow::Result<(String, &str)> {
        let tenant = self.tenants.get(self.turn(number));
        Ok((name(number), tenant.context("a tenant without a place")?))
    }
}

fn name(number: u64) -> String {
    format!("user-{number}")
}

/// `default` first, which the operator's own providers serve, then `load-1`, `load-2`, ….
pub(crate) fn tenant_names(count: u32) -> Vec<String> {
    let more = (1..count).map(|number| format!("load-{number}"));
    std::iter::once("default".to_owned()).chain(more).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_user_is_reached_by_its_own_tenant_and_by_no_other() {
        let people = Population::new(&tenant_names(3), 20).expect("enough users");
        assert_eq!((people.users(), people.users_each()), (18, 6));
        let mut reached = HashSet::new();
        for number in 0..9 {
            for user in people.recipients(number, 2) {
                let place: u64 = user["user-".len()..].parse().expect("a number");
                assert_eq!(people.turn(place), people.turn(number), "{user}");
                reached.insert(user);
            }
        }
        assert_eq!(reached.len(), 18);
    }

    #[test]
    fn fewer_users_than_tenants_are_refused() {
        assert!(Population::new(&tenant_names(3), 2).is_err());
    }
}
