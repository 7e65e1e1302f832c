//! What was promised, held against what is there.

use std::collections::{BTreeMap, BTreeSet};

use super::inbox::Inboxes;
use super::load::{Calls, End};
use crate::report::{Limit, Report, Unit};

/// Numbers of calls; all zero is what there should be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Notifications found.
    pub(super) found: u64,
    /// Ended well, and in no inbox.
    pub(super) lost: u64,
    /// In an inbox more than once.
    pub(super) doubled: u64,
    /// Stands before one that was called earlier.
    pub(super) out_of_order: u64,
    /// In an inbox, and never called.
    pub(super) strange: u64,
}

impl Verdict {
    /// Adds it to a report, of so many calls that were made.
    pub(super) fn tell(&self, report: &mut Report, calls: u64) {
        report.limited(
            "found in inboxes",
            Unit::Count,
            self.found,
            Limit::AtLeast(calls as f64),
        );
        for (what, count) in [
            ("lost", self.lost),
            ("duplicated", self.doubled),
            ("out of order", self.out_of_order),
            ("found, and never called", self.strange),
        ] {
            report.at_most(what, count, 0);
        }
    }
}

/// Holds one against the other.
pub(super) fn judge(calls: &Calls, inboxes: &Inboxes) -> Verdict {
    let mut verdict = Verdict::default();
    let mut made: BTreeMap<u32, BTreeMap<u64, End>> = BTreeMap::new();
    for call in &calls.made {
        let of_user = made.entry(call.user).or_default();
        of_user.insert(call.number, call.end);
    }
    for (user, numbers) in inboxes.0.iter().enumerate() {
        let made = made.remove(&(user as u32)).unwrap_or_default();
        let found: BTreeSet<u64> = numbers.iter().copied().collect();
        let promised = made.iter().filter(|(_, end)| **end != End::Failed);
        verdict.found += numbers.len() as u64;
        verdict.lost += promised.filter(|(n, _)| !found.contains(n)).count() as u64;
        verdict.doubled += (numbers.len() - found.len()) as u64;
        verdict.strange += found.iter().filter(|n| !made.contains_key(n)).count() as u64;
        let steps = numbers.windows(2);
        verdict.out_of_order += steps.filter(|step| step[0] > step[1]).count() as u64;
    }
    verdict
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::load::Made;
    use super::*;

    fn calls(ends: &[(u32, u64, End)]) -> Calls {
        let made = ends.iter().map(|&(user, number, end)| Made {
            user,
            number,
            end,
            took: Duration::ZERO,
        });
        Calls {
            made: made.collect(),
            ..Calls::default()
        }
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        let calls = calls(&[
            (0, 0, End::Accepted),
            (0, 2, End::Spooled),
            (0, 4, End::Failed),
            (0, 6, End::Failed),
            (1, 1, End::Accepted),
        ]);
        let right = judge(&calls, &Inboxes(vec![vec![0, 2, 4], vec![1]]));
        assert_eq!(
            right,
            Verdict {
                found: 4,
                ..Verdict::default()
            }
        );
        let wrong = judge(&calls, &Inboxes(vec![vec![2, 0, 0], vec![9]]));
        let expected = Verdict {
            found: 4,
            lost: 1,
            doubled: 1,
            out_of_order: 1,
            strange: 1,
        };
        assert_eq!(wrong, expected);
    }
}
