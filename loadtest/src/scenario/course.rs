//! How the run goes, second by second: for the line on the screen and for the picture.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::report::{Line, Plot, Report};

const EVERY: Duration = Duration::from_secs(1);
/// As often as the sink writes to its ledger.
const LOOK_EVERY: Duration = Duration::from_millis(40);
/// Lines where there is no terminal to draw on.
const LINE_EVERY: u64 = 5;

/// Where a run stood at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Since the first request was due.
    at_s: f64,
    /// So many 202s until then.
    accepted: u64,
    /// So many calls or mails until then.
    received: u64,
}

impl Moment {
    /// Accepted and not there yet.
    pub(super) fn backlog(self) -> u64 {
        self.accepted.saturating_sub(self.received)
    }
}

/// Counts the lines of a ledger that grows; an entry is a line.
struct Lines {
    path: PathBuf,
    file: Option<File>,
    count: u64,
    buffer: Vec<u8>,
}

impl Lines {
    fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            file: None,
            count: 0,
            buffer: vec![0; 64 * 1024],
        }
    }

    fn count(&mut self) -> anyhow::Result<u64> {
        if self.file.is_none() {
            match File::open(&self.path) {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(file) = &mut self.file {
            loop {
                let read = file.read(&mut self.buffer)?;
                let lines = self.buffer[..read].iter().filter(|byte| **byte == b'\n');
                self.count += lines.count() as u64;
                if read == 0 {
                    break;
                }
            }
        }
        Ok(self.count)
    }
}

/// Watches the two ledgers until it is dropped.
pub(super) struct Course {
    moments: Arc<Mutex<Vec<Moment>>>,
    task: JoinHandle<()>,
}

impl Course {
    /// Begins; `before` of the sink's entries are of the warm-up.
    pub(super) fn watch(
        accepted: &Path,
        received: &Path,
        before: u64,
        tell: impl Fn(&str) + Send + 'static,
    ) -> Self {
        let moments: Arc<Mutex<Vec<Moment>>> = Arc::default();
        let (kept, mut ledgers) = (
            Arc::clone(&moments),
            [Lines::of(accepted), Lines::of(received)],
        );
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {msg}") {
            bar.set_style(style);
        }
        let task = tokio::spawn(async move {
            let (begun, mut ticks) = (Instant::now(), interval(EVERY));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut last: Option<Moment> = None;
            for tick in 0.. {
                ticks.tick().await;
                let [Ok(accepted), Ok(received)] = ledgers.each_mut().map(Lines::count) else {
                    continue;
                };
                let moment = Moment {
                    at_s: begun.elapsed().as_secs_f64(),
                    accepted,
                    received: received.saturating_sub(before),
                };
                let line = line(&moment, last.as_ref());
                if !bar.is_hidden() {
                    bar.set_message(line);
                } else if tick % LINE_EVERY == 0 {
                    tell(&line);
                }
                last = Some(moment);
                let mut moments = kept.lock().unwrap_or_else(PoisonError::into_inner);
                moments.push(moment);
            }
        });
        Self { moments, task }
    }

    /// What was seen so far.
    pub(super) fn moments(&self) -> Vec<Moment> {
        let moments = self.moments.lock();
        moments.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How many entries a ledger has now.
pub(super) fn entries(ledger: &Path) -> anyhow::Result<u64> {
    Lines::of(ledger).count()
}

/// Waits until a ledger has so many entries, for so long at most; gives how long it took.
pub(super) async fn drained(
    ledger: &Path,
    wanted: u64,
    patience: Duration,
) -> anyhow::Result<Duration> {
    let (begun, mut lines) = (Instant::now(), Lines::of(ledger));
    while lines.count()? < wanted && begun.elapsed() < patience {
        sleep(LOOK_EVERY).await;
    }
    Ok(begun.elapsed())
}

fn line(now: &Moment, last: Option<&Moment>) -> String {
    let rate = last.map_or(0.0, |last| {
        let lines = now.accepted.saturating_sub(last.accepted) as f64;
        lines / (now.at_s - last.at_s).max(0.001)
    });
    format!(
        "{:.0} s: {rate:.0}/s, {} accepted, {} delivered, {} under way",
        now.at_s,
        now.accepted,
        now.received,
        now.backlog()
    )
}

/// Adds rates and backlog to a report's picture.
pub(super) fn plot(report: &mut Report, moments: &[Moment]) {
    let rate = |count: fn(&Moment) -> u64| -> Vec<(f64, f64)> {
        let rate = |pair: &[Moment]| {
            let more = count(&pair[1]).saturating_sub(count(&pair[0]));
            let took = (pair[1].at_s - pair[0].at_s).max(0.001);
            (pair[1].at_s, more as f64 / took)
        };
        moments.windows(2).map(rate).collect()
    };
    report.plot(Plot::over_time(
        "Notifications a second",
        [
            Line::new("accepted", rate(|moment| moment.accepted)),
            Line::new("delivered", rate(|moment| moment.received)),
        ],
    ));
    let backlog = moments
        .iter()
        .map(|moment| (moment.at_s, moment.backlog() as f64));
    report.plot(Plot::over_time(
        "Accepted and still under way, over the seconds of the run",
        [Line::new("backlog", backlog)],
    ));
    report.picture();
}
