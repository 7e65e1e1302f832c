//! An account whose receiver wants no more calls.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// Since when a receiver wants no more calls, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// When it answered so.
    pub since: DateTime<Utc>,
    /// Its answer, e.g. `410`.
    pub code: String,
}

/// Whether an account is paused, and whether that is stored for all processes.
#[derive(Debug, Default)]
pub(crate) struct Pausing(Mutex<Standing>);

#[derive(Debug, Default)]
enum Standing {
    #[default]
    Calls,
    /// Known to this process alone.
    Unsaved(Pause),
    Saved(Pause),
}

impl Pausing {
    /// The receiver has just said so; whether that is news.
    pub(super) fn begin(&self, pause: Pause) -> bool {
        let mut standing = self.lock();
        let is_news = matches!(*standing, Standing::Calls);
        if is_news {
            *standing = Standing::Unsaved(pause);
        }
        is_news
    }

    pub(super) fn is_on(&self) -> bool {
        !matches!(*self.lock(), Standing::Calls)
    }

    pub(super) fn pause(&self) -> Option<Pause> {
        match &*self.lock() {
            Standing::Calls => None,
            Standing::Unsaved(pause) | Standing::Saved(pause) => Some(pause.clone()),
        }
    }

    /// What is to be stored.
    pub(crate) fn unsaved(&self) -> Option<Pause> {
        match &*self.lock() {
            Standing::Unsaved(pause) => Some(pause.clone()),
            Standing::Calls | Standing::Saved(_) => None,
        }
    }

    /// It is stored.
    pub(crate) fn saved(&self) {
        let mut standing = self.lock();
        if let Standing::Unsaved(pause) = &*standing {
            *standing = Standing::Saved(pause.clone());
        }
    }

    /// Takes over what is stored; whether calls are made again that were not.
    pub(super) fn take_over(&self, stored: Option<Pause>) -> bool {
        let mut standing = self.lock();
        match (&*standing, stored) {
            // Not stored yet.
            (Standing::Unsaved(_), None) => false,
            (before, None) => {
                let was_paused = matches!(before, Standing::Saved(_));
                *standing = Standing::Calls;
                was_paused
            }
            (_, Some(pause)) => {
                *standing = Standing::Saved(pause);
                false
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(code: &str) -> Pause {
        Pause {
            since: DateTime::UNIX_EPOCH,
            code: code.into(),
        }
    }

    #[test]
    fn what_is_not_stored_yet_is_not_taken_back_by_what_is_stored() {
        let pausing = Pausing::default();
        assert!(!pausing.take_over(None), "it was never paused");
        assert!(pausing.begin(pause("410")));
        assert!(!pausing.begin(pause("410")), "no news");
        assert!(!pausing.take_over(None));
        assert_eq!(pausing.unsaved(), Some(pause("410")));
        pausing.saved();
        assert_eq!(pausing.unsaved(), None);
        assert!(pausing.is_on());
        assert!(pausing.take_over(None), "resumed elsewhere");
        assert_eq!(pausing.pause(), None);
        assert!(!pausing.take_over(Some(pause("410"))), "paused elsewhere");
        assert!(!pausing.begin(pause("410")));
        assert_eq!(pausing.unsaved(), None);
    }
}
