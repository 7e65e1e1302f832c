//! Counting the answers as they come.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::sync::mpsc;

use super::mix::Ask;
use crate::summary::{Curve, Latencies, histogram};

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

/// What one kind of request showed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) answered: u64,
    pub(crate) failed: BTreeMap<String, u64>,
    pub(crate) latencies: Latencies,
    #[serde(skip)]
    pub(crate) curve: Curve,
}

/// Answers of one second.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Second {
    pub(crate) reads: u64,
    pub(crate) writes: u64,
}

/// What a load showed.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Tally {
    pub(crate) took_s: f64,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) seconds: Vec<Second>,
}

impl Tally {
    /// Takes answers until there are no more.
    pub(super) async fn of(mut answers: mpsc::Receiver<Answer>) -> Self {
        let mut kinds: BTreeMap<Ask, (Histogram<u64>, BTreeMap<String, u64>)> = BTreeMap::new();
        let (mut seconds, mut last) = (Vec::new(), Duration::ZERO);
        let mut some = Vec::with_capacity(TOGETHER);
        while answers.recv_many(&mut some, TOGETHER).await > 0 {
            for answer in some.drain(..) {
                let (taken, failed) = kinds
                    .entry(answer.ask)
                    .or_insert_with(|| (histogram(), BTreeMap::new()));
                if let Err(why) = answer.result {
                    *failed.entry(why).or_default() += 1;
                    continue;
                }
                taken.saturating_record(u64::try_from(answer.took.as_micros()).unwrap_or(u64::MAX));
                last = last.max(answer.at);
                count(&mut seconds, &answer);
            }
        }
        let kind = |(ask, (taken, failed)): (Ask, (Histogram<u64>, BTreeMap<_, _>))| Kind {
            name: ask.name(),
            answered: taken.len(),
            failed,
            latencies: Latencies::from(&taken),
            curve: Curve::from(&taken),
        };
        Self {
            took_s: last.as_secs_f64(),
            kinds: kinds.into_iter().map(kind).collect(),
            seconds,
        }
    }

    /// One kind, if there was any.
    pub(crate) fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// All that was answered.
    pub(crate) fn answered(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.answered).sum()
    }

    /// All that was not.
    pub(crate) fn failed(&self) -> u64 {
        self.kinds
            .iter()
            .flat_map(|kind| kind.failed.values())
            .sum()
    }

    /// Answers a second: of reads, or of writes.
    pub(crate) fn rate(&self, reads: bool) -> f64 {
        let of = |second: &Second| if reads { second.reads } else { second.writes };
        let answered: u64 = self.seconds.iter().map(of).sum();
        answered as f64 / self.took_s.max(0.001)
    }
}

fn count(seconds: &mut Vec<Second>, answer: &Answer) {
    let second = usize::try_from(answer.at.as_secs()).unwrap_or_default();
    if seconds.len() <= second {
        seconds.resize(second + 1, Second::default());
    }
    let second = &mut seconds[second];
    if answer.ask.is_read() {
        second.reads += 1;
    } else {
        second.writes += 1;
    }
}
