//! How long audit rows are kept.

use chrono::{DateTime, TimeDelta, Utc};

/// A term in whole days of 24 hours, from [`Self::MIN`] to [`Self::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditDays(u32);

impl AuditDays {
    /// 30 days: somebody who may set the term cannot hide at once what they did before.
    pub const MIN: Self = Self(30);
    /// Ten years.
    pub const MAX: Self = Self(3_650);
    /// Two years, where the installation says nothing else.
    pub const DEFAULT: Self = Self(730);

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

    /// Rows of acts before this moment are past their term.
    pub fn cutoff(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(i64::from(self.0))
    }
}

impl std::fmt::Display for AuditDays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
