//! Logs an outage in few lines: one when it begins, one a minute while it lasts, one when it is over.
//!
//! The code that calls a server reports the result of every call to its [`Outage`]. A server that fails a thousand
//! times a minute then costs as many lines as one that fails twice.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Interval between lines about a lasting failure. A failure that begins again sooner after the last line waits for
/// this interval too: a server that comes and goes must not fill the log either.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// What the log reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// It has begun to fail.
    Begins,
    /// It still fails.
    Lasts {
        /// Failed calls since the last line, or since the beginning.
        failures: u64,
        /// Time since the first failure.
        lasting: Duration,
    },
    /// It works again.
    Over {
        /// Failed calls since the last line.
        failures: u64,
        /// Time from the first failure to now.
        lasted: Duration,
    },
}

/// Decides which of many failures and successes are reported.
#[derive(Debug, Default)]
pub struct Episodes {
    lasting: Option<Lasting>,
    reported_at: Option<Instant>,
    /// Since the last line.
    failures: u64,
}

#[derive(Debug)]
struct Lasting {
    since: Instant,
    is_reported: bool,
}

impl Episodes {
    /// Nothing has failed yet.
    pub const fn none() -> Self {
        Self {
            lasting: None,
            reported_at: None,
            failures: 0,
        }
    }

    /// Records a failed call.
    pub fn failed(&mut self, now: Instant) -> Option<Report> {
        self.failures += 1;
        let lasting = self.lasting.get_or_insert(Lasting {
            since: now,
            is_reported: false,
        });
        let is_due = |at: Instant| now.saturating_duration_since(at) >= REPORT_INTERVAL;
        if !self.reported_at.is_none_or(is_due) {
            return None;
        }
        self.reported_at = Some(now);
        let failures = std::mem::take(&mut self.failures);
        // Not a beginning if it failed before without a line in the log.
        if std::mem::replace(&mut lasting.is_reported, true) || failures > 1 {
            let lasting = now.saturating_duration_since(lasting.since);
            return Some(Report::Lasts { failures, lasting });
        }
        Some(Report::Begins)
    }

    /// Records a successful call.
    pub fn worked(&mut self, now: Instant) -> Option<Report> {
        let lasting = self.lasting.take()?;
        if !lasting.is_reported {
            return None;
        }
        let failures = std::mem::take(&mut self.failures);
        let lasted = now.saturating_duration_since(lasting.since);
        Some(Report::Over { failures, lasted })
    }

    /// Whether the last call failed.
    pub const fn is_failing(&self) -> bool {
        self.lasting.is_some()
    }
}

/// Logs the outages of one server or task.
#[derive(Debug)]
pub struct Outage {
    part: &'static str,
    meanwhile: &'static str,
    /// Lets successful calls skip the lock.
    is_failing: AtomicBool,
    episodes: Mutex<Episodes>,
}

impl Outage {
    /// For `part`, as operators call it; `meanwhile` says what its failure means for the service.
    pub const fn of(part: &'static str, meanwhile: &'static str) -> Self {
        Self {
            part,
            meanwhile,
            is_failing: AtomicBool::new(false),
            episodes: Mutex::new(Episodes::none()),
        }
    }

    /// Records a failed call; the error must hold no secret and no address.
    pub fn failed(&self, error: &dyn Display) {
        let report = {
            let mut episodes = self.episodes.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_failing.store(true, Ordering::Relaxed);
            episodes.failed(Instant::now())
        };
        let (part, meanwhile) = (self.part, self.meanwhile);
        match report {
            None => tracing::debug!(part, %error, "failed"),
            Some(Report::Lasts { failures, lasting }) => tracing::warn!(
                part, failures, lasting_s = lasting.as_secs(), %error, "{part} is still failing; {meanwhile}"
            ),
            Some(Report::Begins | Report::Over { .. }) => {
                tracing::warn!(part, %error, "{part} failed; {meanwhile}");
            }
        }
    }

    /// Records a successful call.
    pub fn worked(&self) {
        if !self.is_failing.load(Ordering::Relaxed) {
            return;
        }
        let report = {
            let mut episodes = self.episodes.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_failing.store(false, Ordering::Relaxed);
            episodes.worked(Instant::now())
        };
        if let Some(Report::Over { failures, lasted }) = report {
            let (part, lasted_s) = (self.part, lasted.as_secs_f64());
            tracing::info!(part, failures, lasted_s, "{part} works again");
        }
    }

    /// Records the result of a call and returns it.
    ///
    /// # Errors
    /// The one that it was given.
    pub fn note<T, E: Display>(&self, result: Result<T, E>) -> Result<T, E> {
        match &result {
            Ok(_) => self.worked(),
            Err(error) => self.failed(error),
        }
        result
    }

    /// Whether the last call failed.
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_failures_is_one_line_a_minute() {
        let (mut episodes, begun) = (Episodes::none(), Instant::now());
        let mut report = Vec::new();
        // Ten a second for two and a half minutes.
        for tenth in 0..1_500_u32 {
            report.extend(episodes.failed(begun + Duration::from_millis(100) * tenth));
        }
        let lasts = |minutes: u64| Report::Lasts {
            failures: 600,
            lasting: Duration::from_secs(60 * minutes),
        };
        assert_eq!(report, [Report::Begins, lasts(1), lasts(2)]);
        let over = episodes.worked(begun + Duration::from_secs(150));
        let lasted = Duration::from_secs(150);
        let failures = 299;
        assert_eq!(over, Some(Report::Over { failures, lasted }));
        assert_eq!(episodes.worked(begun + Duration::from_secs(151)), None);
    }

    #[test]
    fn what_comes_and_goes_is_reported_no_more_often() {
        let (mut episodes, begun) = (Episodes::none(), Instant::now());
        let mut lines = 0;
        for second in 0..600 {
            let now = begun + Duration::from_secs(second);
            lines += usize::from(episodes.failed(now).is_some());
            lines += usize::from(episodes.worked(now).is_some());
        }
        // In each of ten minutes it fails once, and works again once.
        assert_eq!(lines, 20);
    }

    #[test]
    fn a_second_outage_long_after_the_first_begins_anew() {
        let (mut episodes, begun) = (Episodes::none(), Instant::now());
        let later = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(episodes.failed(begun), Some(Report::Begins));
        assert!(episodes.worked(later(1)).is_some());
        assert_eq!(episodes.failed(later(61)), Some(Report::Begins));
    }
}
