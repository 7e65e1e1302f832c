//! What a relay is told to do.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A place in the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmtpStep {
    /// A connection was opened.
    Greeting,
    /// AUTH came.
    Auth,
    /// MAIL came.
    Mail,
    /// RCPT came.
    Rcpt,
    /// DATA came.
    Data,
    /// The last dot came.
    Dot,
}

/// What to do there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpAct {
    /// Say this line (codes and text, without line end). A mail counts as taken if it begins with 2.
    Say(String),
    /// Say this line and hang up.
    SayAndClose(String),
    /// Hang up without a word.
    Close,
    /// Say nothing for ever.
    Hang,
    /// Go on as usual after a while.
    Slow(Duration),
}

impl SmtpAct {
    /// Says a line.
    pub fn say(line: &str) -> Self {
        Self::Say(line.to_owned())
    }
}

#[derive(Default)]
pub(super) struct Script(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    steps: HashMap<SmtpStep, VecDeque<SmtpAct>>,
    recipients: HashMap<String, SmtpAct>,
}

impl Script {
    pub(super) fn at(&self, step: SmtpStep, acts: impl IntoIterator<Item = SmtpAct>) {
        self.lock().steps.entry(step).or_default().extend(acts);
    }

    pub(super) fn for_recipient(&self, address: &str, act: SmtpAct) {
        self.lock().recipients.insert(address.to_owned(), act);
    }

    pub(super) fn next(&self, step: SmtpStep) -> Option<SmtpAct> {
        self.lock().steps.get_mut(&step)?.pop_front()
    }

    pub(super) fn recipient(&self, address: &str) -> Option<SmtpAct> {
        self.lock().recipients.get(address).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
