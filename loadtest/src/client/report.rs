//! What a run showed.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::load::{Calls, End};
use super::verdict::Verdict;
use crate::summary::{Latencies, histogram};

/// The figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(super) calls: u64,
    pub(super) called_s: f64,
    pub(super) accepted: u64,
    pub(super) spooled: u64,
    pub(super) failed: u64,
    pub(super) first_error: Option<String>,
    pub(super) most_spooled: u64,
    pub(super) replayed: u64,
    pub(super) rejected: u64,
    pub(super) left_in_spool: u64,
    /// After the last call; nothing if it did not empty in time.
    pub(super) drained_s: Option<f64>,
    pub(super) accepted_after: Option<Latencies>,
    pub(super) spooled_after: Option<Latencies>,
    pub(super) verdict: Verdict,
}

impl Report {
    pub(super) fn new(calls: &Calls, called: Duration) -> Self {
        let count = |end| calls.made.iter().filter(|call| call.end == end).count() as u64;
        Self {
            calls: calls.made.len() as u64,
            called_s: called.as_secs_f64(),
            accepted: count(End::Accepted),
            spooled: count(End::Spooled),
            failed: count(End::Failed),
            first_error: calls.first_error.clone(),
            most_spooled: calls.most_spooled,
            replayed: 0,
            rejected: 0,
            left_in_spool: 0,
            drained_s: None,
            accepted_after: latencies(calls, End::Accepted),
            spooled_after: latencies(calls, End::Spooled),
            verdict: Verdict::default(),
        }
    }

    /// Whether every call ended well and each is in one inbox once, in order.
    pub(crate) fn passed(&self) -> bool {
        let right = Verdict {
            found: self.calls,
            ..Verdict::default()
        };
        let all_well = self.calls > 0 && self.failed == 0 && self.rejected == 0;
        all_well && self.drained_s.is_some() && self.verdict == right
    }
}

/// How long calls took that ended like this, from when they were due.
fn latencies(calls: &Calls, end: End) -> Option<Latencies> {
    let mut took = histogram();
    for call in calls.made.iter().filter(|call| call.end == end) {
        took.saturating_record(u64::try_from(call.took.as_micros()).unwrap_or(u64::MAX));
    }
    (!took.is_empty()).then(|| Latencies::from(&took))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "calls      {} in {:.1} s", self.calls, self.called_s)?;
        let after = |latencies: Option<Latencies>| {
            latencies.map_or(String::new(), |latencies| format!(" after {latencies}"))
        };
        writeln!(
            f,
            "accepted   {}{}",
            self.accepted,
            after(self.accepted_after)
        )?;
        writeln!(
            f,
            "spooled    {}{}",
            self.spooled,
            after(self.spooled_after)
        )?;
        write!(f, "failed     {}", self.failed)?;
        writeln!(
            f,
            "{}",
            self.first_error
                .as_ref()
                .map_or(String::new(), |e| format!(" ({e})"))
        )?;
        write!(
            f,
            "replayed   {}, {} refused; ",
            self.replayed, self.rejected
        )?;
        write!(f, "at most {} waited; ", self.most_spooled)?;
        match self.drained_s {
            Some(s) => writeln!(f, "none {s:.1} s after the last call")?,
            None => writeln!(f, "{} still do", self.left_in_spool)?,
        }
        let Verdict {
            found,
            lost,
            doubled,
            out_of_order,
            strange,
        } = self.verdict;
        writeln!(f, "in inboxes {found}")?;
        let verdict = if self.passed() { "passed" } else { "FAILED" };
        write!(
            f,
            "{verdict}: lost {lost}, doubled {doubled}, out of order {out_of_order}, never called {strange}"
        )
    }
}
