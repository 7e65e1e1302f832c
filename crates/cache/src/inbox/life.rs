//! How long an answer is found.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::MAX_LIFE;

/// A cached answer expires when it is no longer true, or sooner if no reader asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// From then on it is not found, unless it is prolonged.
    pub ends: DateTime<Utc>,
    /// It is true until then, at most.
    pub until: DateTime<Utc>,
    /// Each asking gives it so long again.
    pub unused: Duration,
}

impl Life {
    /// A life that begins at `now`.
    pub fn begin(now: DateTime<Utc>, until: DateTime<Utc>, unused: Duration) -> Self {
        let most = TimeDelta::from_std(unused.min(MAX_LIFE)).unwrap_or(TimeDelta::zero());
        Self {
            ends: until.min(now + most),
            until,
            unused,
        }
    }

    /// Until its end, whether it is read or not.
    pub fn until(until: DateTime<Utc>) -> Self {
        Self {
            ends: until,
            until,
            unused: MAX_LIFE,
        }
    }

    /// The life of an answer that is found at `now` with less than half of its time left: to write
    /// it anew each time it is found would cost more than the query it saves.
    pub fn prolonged(&self, now: DateTime<Utc>) -> Option<Self> {
        let anew = Self::begin(now, self.until, self.unused);
        let left = (self.ends - now).max(TimeDelta::zero());
        (left * 2 < anew.ends - now).then_some(anew)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_prolongs_it_to_its_last_moment_and_not_beyond() {
        let born = Utc::now();
        let at = |seconds| born + TimeDelta::seconds(seconds);
        let life = Life::begin(born, at(150), Duration::from_secs(60));
        assert_eq!(life.ends, at(60));
        assert_eq!(life.prolonged(at(29)), None);
        let life = life.prolonged(at(31)).expect("less than half is left");
        assert_eq!(life.ends, at(91));
        let life = life.prolonged(at(90)).expect("a second is left");
        assert_eq!(life.ends, at(150));
        assert_eq!(life.prolonged(at(149)), None);
    }

    #[test]
    fn one_without_a_term_of_its_own_is_never_prolonged() {
        let born = Utc::now();
        let life = Life::until(born + TimeDelta::minutes(5));
        assert_eq!(life.ends, life.until);
        assert_eq!(life.prolonged(born + TimeDelta::minutes(4)), None);
    }
}
