//! Counting the answers as they come.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc;

use super::mix::Ask;
use crate::report::{Answers, Line, Plot, Report, Unit};

/// Answers that are counted together.
const TOGETHER: usize = 256;

/// What became of a request.
pub(super) struct Answer {
    pub(super) ask: Ask,
    /// From the moment it was due.
    pub(super) took: Duration,
    /// Since the load began.
    pub(super) at: Duration,
    pub(super) result: Result<(), String>,
}

/// What a load showed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    took: Duration,
    pub(super) kinds: BTreeMap<Ask, Answers>,
    /// Reads and writes that were answered in each second.
    seconds: Vec<[u64; 2]>,
}

impl Tally {
    /// Takes answers until there are no more.
    pub(super) async fn of(mut answers: mpsc::Receiver<Answer>) -> Self {
        let mut tally = Self::default();
        let mut some = Vec::with_capacity(TOGETHER);
        while answers.recv_many(&mut some, TOGETHER).await > 0 {
            for answer in some.drain(..) {
                if answer.result.is_ok() {
                    tally.took = tally.took.max(answer.at);
                    tally.count(&answer);
                }
                let kind = tally.kinds.entry(answer.ask).or_default();
                kind.add(answer.took, answer.result);
            }
        }
        tally
    }

    fn count(&mut self, answer: &Answer) {
        let second = usize::try_from(answer.at.as_secs()).unwrap_or_default();
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, [0; 2]);
        }
        self.seconds[second][usize::from(!answer.ask.is_read())] += 1;
    }

    /// All that was answered.
    pub(super) fn answered(&self) -> u64 {
        self.kinds.values().map(|kind| kind.latencies.count()).sum()
    }

    /// Adds rates and failures to a report; gives how many failed.
    pub(super) fn tell(&self, report: &mut Report) -> u64 {
        for (of, what) in ["reads reached", "writes reached"].into_iter().enumerate() {
            let answered: u64 = self.seconds.iter().map(|second| second[of]).sum();
            let rate = answered as f64 / self.took.as_secs_f64().max(0.001);
            report.figure(what, Unit::PerSecond, rate);
        }
        let kinds = self.kinds.iter();
        kinds
            .map(|(ask, kind)| report.failures(ask.name(), kind))
            .sum()
    }

    /// Answers over time.
    pub(super) fn plot(&self) -> Plot {
        let line = |name, of: usize| {
            let seconds = (1_u32..).zip(&self.seconds);
            Line::new(
                name,
                seconds.map(move |(at, second)| (f64::from(at), second[of] as f64)),
            )
        };
        Plot::over_time("Answers a second", [line("reads", 0), line("writes", 1)])
    }
}
