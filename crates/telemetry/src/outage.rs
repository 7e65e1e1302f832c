//! One line when something begins to fail, one a minute while it lasts, one when it is over.
//!
//! Whoever talks to a server tells its [`Outage`] how each try ended, as often as it likes. A server that fails a
//! thousand times a minute then costs as many lines as one that fails twice.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// While a failure lasts it is told so often. One that begins anew sooner after the last line waits for this moment
/// too: a server that comes and goes must not fill the log either.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// What an operator is to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It fails since now.
    Begins,
    /// It still fails.
    Lasts {
        /// Failed tries since the last line, or since the beginning.
        failures: u64,
        /// Since it began.
        lasting: Duration,
    },
    /// It works again.
    Over {
        /// Failed tries since the last line.
        failures: u64,
        /// From the first failure to now.
        lasted: Duration,
    },
}

/// Decides which of many failures and successes are told.
#[derive(Debug, Default)]
pub struct Episodes {
    lasting: Option<Lasting>,
    told_at: Option<Instant>,
    /// Since the last line.
    failures: u64,
}

#[derive(Debug)]
struct Lasting {
    since: Instant,
    is_told: bool,
}

impl Episodes {
    /// Nothing has failed yet.
    pub const fn none() -> Self {
        Self {
            lasting: None,
            told_at: None,
            failures: 0,
        }
    }

    /// A try failed.
    pub fn failed(&mut self, now: Instant) -> Option<Told> {
        self.failures += 1;
        let lasting = self.lasting.get_or_insert(Lasting {
            since: now,
            is_told: false,
        });
        let is_due = |at: Instant| now.saturating_duration_since(at) >= TOLD_EVERY;
        if !self.told_at.is_none_or(is_due) {
            return None;
        }
        self.told_at = Some(now);
        let failures = std::mem::take(&mut self.failures);
        // Not a beginning where it was failing before and kept quiet about.
        if std::mem::replace(&mut lasting.is_told, true) || failures > 1 {
            let lasting = now.saturating_duration_since(lasting.since);
            return Some(Told::Lasts { failures, lasting });
        }
        Some(Told::Begins)
    }

    /// A try succeeded.
    pub fn worked(&mut self, now: Instant) -> Option<Told> {
        let lasting = self.lasting.take()?;
        if !lasting.is_told {
            return None;
        }
        let failures = std::mem::take(&mut self.failures);
        let lasted = now.saturating_duration_since(lasting.since);
        Some(Told::Over { failures, lasted })
    }

    /// Whether the last try failed.
    pub const fn is_failing(&self) -> bool {
        self.lasting.is_some()
    }
}

/// Tells the log about one server, or one task.
#[derive(Debug)]
pub struct Outage {
    part: &'static str,
    meanwhile: &'static str,
    /// Spares those for whom it works the lock.
    is_failing: AtomicBool,
    episodes: Mutex<Episodes>,
}

impl Outage {
    /// For `part`, as operators call it; `meanwhile` says what that means for the service.
    pub const fn of(part: &'static str, meanwhile: &'static str) -> Self {
        Self {
            part,
            meanwhile,
            is_failing: AtomicBool::new(false),
            episodes: Mutex::new(Episodes::none()),
        }
    }

    /// A try failed; the error must hold no secret and no address.
    pub fn failed(&self, error: &dyn Display) {
        let told = {
            let mut episodes = self.episodes.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_failing.store(true, Ordering::Relaxed);
            episodes.failed(Instant::now())
        };
        let (part, meanwhile) = (self.part, self.meanwhile);
        match told {
            None => tracing::debug!(part, %error, "failed"),
            Some(Told::Lasts { failures, lasting }) => tracing::warn!(
                part, failures, lasting_s = lasting.as_secs(), %error, "{part} still fails; {meanwhile}"
            ),
            Some(Told::Begins | Told::Over { .. }) => {
                tracing::warn!(part, %error, "{part} fails; {meanwhile}");
            }
        }
    }

    /// A try succeeded.
    pub fn worked(&self) {
        if !self.is_failing.load(Ordering::Relaxed) {
            return;
        }
        let told = {
            let mut episodes = self.episodes.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_failing.store(false, Ordering::Relaxed);
            episodes.worked(Instant::now())
        };
        if let Some(Told::Over { failures, lasted }) = told {
            let (part, lasted_s) = (self.part, lasted.as_secs_f64());
            tracing::info!(part, failures, lasted_s, "{part} works again");
        }
    }

    /// How a try ended; gives it back.
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

    /// Whether the last try failed.
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
        let mut told = Vec::new();
        // Ten a second for two and a half minutes.
        for tenth in 0..1_500_u32 {
            told.extend(episodes.failed(begun + Duration::from_millis(100) * tenth));
        }
        let lasts = |minutes: u64| Told::Lasts {
            failures: 600,
            lasting: Duration::from_secs(60 * minutes),
        };
        assert_eq!(told, [Told::Begins, lasts(1), lasts(2)]);
        let over = episodes.worked(begun + Duration::from_secs(150));
        let lasted = Duration::from_secs(150);
        let failures = 299;
        assert_eq!(over, Some(Told::Over { failures, lasted }));
        assert_eq!(episodes.worked(begun + Duration::from_secs(151)), None);
    }

    #[test]
    fn what_comes_and_goes_is_told_no_more_often() {
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
        assert_eq!(episodes.failed(begun), Some(Told::Begins));
        assert!(episodes.worked(later(1)).is_some());
        assert_eq!(episodes.failed(later(61)), Some(Told::Begins));
    }
}
