//! How long notifications are kept.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

/// A term in whole days of 24 hours, from [`Self::MIN`] to [`Self::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetentionDays(u32);

impl RetentionDays {
    /// One day: as long as an idempotency key lives, so that no key outlives what it answers.
    pub const MIN: Self = Self(1);
    /// Ten years.
    pub const MAX: Self = Self(3_650);
    /// Where the installation says nothing else.
    pub const DEFAULT: Self = Self(90);
    /// A key is stored a moment after its notification got its id, and has to go first.
    const GRACE: TimeDelta = TimeDelta::minutes(2);

    /// A term, if it is within the bounds.
    pub const fn new(days: u32) -> Option<Self> {
        if days >= Self::MIN.0 && days <= Self::MAX.0 {
            Some(Self(days))
        } else {
            None
        }
    }

    /// The number of days.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// What was accepted before this moment is past its term.
    pub fn cutoff(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(i64::from(self.0)) - Self::GRACE
    }
}

impl fmt::Display for RetentionDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_have_bounds() {
        for (days, good) in [(0, false), (1, true), (3_650, true), (3_651, false)] {
            assert_eq!(RetentionDays::new(days).is_some(), good, "{days}");
        }
    }

    #[test]
    fn a_term_is_over_after_its_days_and_not_before() {
        let now = Utc::now();
        let cutoff = RetentionDays::new(7).expect("a term").cutoff(now);
        assert!(cutoff < now - TimeDelta::days(7));
        assert!(cutoff > now - TimeDelta::days(7) - TimeDelta::hours(1));
    }
}
