//! Who heard what, by the provider's ledger.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use uuid::Uuid;

use campanile_fakes::ledger::{LedgerReader, Received};

/// What the ledger says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Arrivals {
    /// Users who heard something.
    pub(super) users: u64,
    /// Users who received two notifications: never right.
    pub(super) twice: u64,
    /// Calls beyond the first for one notification.
    pub(super) repeated: u64,
    /// When the first push came, in microseconds since 1970.
    pub(super) first_us: u64,
    /// When the last user's first push came, likewise.
    pub(super) last_us: u64,
}

/// Reads a ledger that grows.
pub(super) struct Ear(LedgerReader<Received>);

impl Ear {
    pub(super) fn open(ledger: &Path) -> anyhow::Result<Self> {
        LedgerReader::open(ledger).map(Self)
    }

    /// What it says now.
    pub(super) fn received(&mut self) -> anyhow::Result<Arrivals> {
        let mut users: HashMap<&str, HashSet<Uuid>> = HashMap::new();
        let mut received = Arrivals::default();
        let taken = self.0.read()?.iter().filter(|one| one.taken());
        let mut calls = 0;
        for one in taken {
            let (Some(user), Some(id)) = (one.target.as_deref(), one.notification_id) else {
                continue;
            };
            calls += 1;
            let theirs = users.entry(user).or_default();
            if theirs.is_empty() {
                received.last_us = received.last_us.max(one.at);
                let first = received.first_us == 0 || one.at < received.first_us;
                received.first_us = if first { one.at } else { received.first_us };
            }
            theirs.insert(id);
        }
        let notifications: usize = users.values().map(HashSet::len).sum();
        received.users = users.len() as u64;
        received.twice = users.values().filter(|ids| ids.len() > 1).count() as u64;
        received.repeated = calls - notifications as u64;
        Ok(received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use campanile_fakes::ledger::LedgerWriter;

    #[test]
    fn repeated_calls_are_distinguished_from_second_notifications() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("received");
        let mut ledger = LedgerWriter::append(&path).expect("a ledger");
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let calls = [
            ("a", one, 5, 200),
            // Again under the same id, and what the provider did not take.
            ("a", one, 6, 200),
            ("b", two, 7, 503),
            ("b", two, 8, 200),
            // Another notification for the same user.
            ("b", Uuid::from_u128(3), 9, 200),
        ];
        for (user, id, at, status) in calls {
            let received = Received {
                at,
                webhook_id: id.to_string(),
                notification_id: Some(id),
                target: Some(user.to_owned()),
                verified: None,
                status,
                retry_after_s: None,
            };
            ledger.add(&received).expect("written");
        }
        ledger.flush().expect("written");
        let received = Ear::open(&path).and_then(|mut ear| ear.received());
        let received = received.expect("read");
        assert_eq!(
            (received.users, received.twice, received.repeated),
            (2, 1, 1)
        );
        assert_eq!((received.first_us, received.last_us), (5, 8));
    }
}
