//! The script of a relay.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A place in the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmtpStep {
    /// A connection was opened.
    Greeting,
    /// EHLO came.
    Ehlo,
    /// STARTTLS came.
    StartTls,
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
    /// RSET came.
    Rset,
    /// NOOP came.
    Noop,
    /// QUIT came.
    Quit,
}

/// What to do there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpAct {
    /// Say this line (codes and text, without line end). A mail counts as taken if it begins with 2.
    Say(String),
    /// Say this line and hang up.
    SayAndClose(String),
    /// Say these bytes, which need be no whole reply, and hang up.
    SayBytesAndClose(Vec<u8>),
    /// Hang up without a word.
    Close,
    /// Say nothing for ever.
    Hang,
    /// Go on as usual after a while.
    Slow(Duration),
    /// Say `first` and then `again` and again, with a pause each time, until the peer hangs up. What
    /// the peer's side took is in [`Ledger::flooded`](super::Ledger::flooded).
    Flood {
        /// The beginning, line ends included.
        first: &'static str,
        /// What follows, line ends included.
        again: &'static str,
        /// Between two of them.
        pause: Duration,
    },
}

impl SmtpAct {
    /// Says a line.
    pub fn say(line: &str) -> Self {
        Self::Say(line.to_owned())
    }

    /// Says `first` and then `again` as often and as fast as the peer takes it.
    pub fn flood(first: &'static str, again: &'static str) -> Self {
        let pause = Duration::ZERO;
        Self::Flood {
            first,
            again,
            pause,
        }
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
