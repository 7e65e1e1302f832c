//! What a tenant sets, and what each rule says of a moment.

use chrono::{DateTime, TimeDelta, Utc};

use super::Mark;
use crate::{InvalidName, Notification, Plan, Priority};

/// Why a delivery is suppressed: an equal notification went out shortly before.
pub const DEBOUNCED: &str = "debounced";
/// Why a delivery is suppressed: its user has had as many of its type as the tenant allows.
pub const THROTTLED: &str = "throttled";

/// A tenant's rules; each is off unless it is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateRules {
    /// Holds back what equals something that went out shortly before.
    pub debounce: Option<Debounce>,
    /// Holds back what is more of one type than a user is to have.
    pub throttle: Option<Throttle>,
}

impl RateRules {
    /// Whether they apply to a plan: not to critical notifications, nor to plans that disturb no user.
    pub fn bind(self, notification: &Notification, plan: &Plan) -> bool {
        self != Self::default() && notification.priority != Priority::Critical && plan.disturbs()
    }
}

/// So long after a notification, equal ones are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debounce {
    within_s: u32,
}

impl Debounce {
    /// The longest, in seconds: a day.
    pub const MAX_WITHIN_S: u32 = 86_400;

    /// Of so many seconds.
    ///
    /// # Errors
    /// None, or more than [`Self::MAX_WITHIN_S`].
    pub fn new(within_s: u32) -> Result<Self, InvalidName> {
        if (1..=Self::MAX_WITHIN_S).contains(&within_s) {
            Ok(Self { within_s })
        } else {
            Err(InvalidName("within_s must be 1 to 86400"))
        }
    }

    /// The seconds.
    pub const fn within_s(self) -> u32 {
        self.within_s
    }

    /// Until when equal ones are held back, after one at a moment.
    pub(super) fn until(self, passed_at: DateTime<Utc>) -> DateTime<Utc> {
        passed_at + TimeDelta::seconds(self.within_s.into())
    }
}

/// A token bucket for each user and type: full at first, a token for each notification.
///
/// It is kept as the one moment in which it will be full again, so that it needs no clock that ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    burst: u32,
    per_minute: u32,
}

impl Throttle {
    /// The largest burst, and the fastest refill.
    pub const MAX: u32 = 10_000;

    /// A bucket of so many tokens, into which so many drop in a minute.
    ///
    /// # Errors
    /// None, or more than [`Self::MAX`].
    pub fn new(burst: u32, per_minute: u32) -> Result<Self, InvalidName> {
        let fits = |number| (1..=Self::MAX).contains(&number);
        match (fits(burst), fits(per_minute)) {
            (true, true) => Ok(Self { burst, per_minute }),
            (false, _) => Err(InvalidName("burst must be 1 to 10000")),
            (true, false) => Err(InvalidName("per_minute must be 1 to 10000")),
        }
    }

    /// How many tokens a full bucket has.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// How many drop in within a minute.
    pub const fn per_minute(self) -> u32 {
        self.per_minute
    }

    /// Takes a token, and says when the bucket will be full again; nothing if there is none.
    ///
    /// One that was emptied by other rules was no more than empty by these when it last gave one.
    pub(super) fn take(self, last: Option<Mark>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let token_us = 60_000_000 / i64::from(self.per_minute);
        let burst = TimeDelta::microseconds(token_us * i64::from(self.burst));
        let full_at = last.map_or(now, |last| last.until.min(last.at + burst).max(now));
        let next = full_at + TimeDelta::microseconds(token_us);
        (next - now <= burst).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NotificationId;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// A bucket that keeps what it is left with.
    struct Bucket(Option<Mark>);

    impl Bucket {
        fn gives(&mut self, by: Throttle, now: DateTime<Utc>) -> bool {
            let until = by.take(self.0, now);
            let notification = NotificationId::at(now);
            let mark = |until| Mark {
                notification,
                at: now,
                until,
            };
            self.0 = until.map(mark).or(self.0);
            until.is_some()
        }

        /// How many tokens it gives at a moment.
        fn drain(&mut self, by: Throttle, now: DateTime<Utc>) -> usize {
            (0..).take_while(|_| self.gives(by, now)).count()
        }
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_what_drops_in() {
        let throttle = Throttle::new(100, 10).expect("in bounds");
        let mut bucket = Bucket(None);
        assert_eq!(bucket.drain(throttle, at(0)), 100);
        assert_eq!(bucket.drain(throttle, at(5)), 0);
        assert_eq!(bucket.drain(throttle, at(6)), 1);
        assert_eq!(bucket.drain(throttle, at(66)), 10);
        assert_eq!(bucket.drain(throttle, at(100_000)), 100, "no more");
    }

    #[test]
    fn changed_rules_hold_at_once() {
        let slow = Throttle::new(5, 1).expect("in bounds");
        let fast = Throttle::new(2, 60).expect("in bounds");
        let mut bucket = Bucket(None);
        assert_eq!(bucket.drain(slow, at(0)), 5);
        assert_eq!(bucket.drain(fast, at(0)), 0);
        assert_eq!(bucket.drain(fast, at(1)), 1, "it owes no minutes");
        assert_eq!(
            bucket.drain(slow, at(2)),
            4,
            "and is nearly full for the slow one"
        );
    }

    #[test]
    fn a_clock_that_is_behind_gives_no_token_twice() {
        let throttle = Throttle::new(1, 60).expect("in bounds");
        let mut bucket = Bucket(None);
        assert!(bucket.gives(throttle, at(10)));
        assert!(!bucket.gives(throttle, at(9)));
        assert!(!bucket.gives(throttle, at(10)));
        assert!(bucket.gives(throttle, at(11)));
    }

    #[test]
    fn rules_have_bounds() {
        assert!(Debounce::new(0).is_err() && Debounce::new(86_401).is_err());
        assert!(Debounce::new(1).is_ok() && Debounce::new(86_400).is_ok());
        for (burst, per_minute) in [(0, 1), (1, 0), (10_001, 1), (1, 10_001)] {
            assert!(Throttle::new(burst, per_minute).is_err());
        }
        assert!(Throttle::new(10_000, 10_000).is_ok());
    }
}
