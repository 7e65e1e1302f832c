//! Reads and writes at their fixed rates, whatever the answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

use super::caller::Caller;
use super::mix::{Ask, Reads, busy_user, write};
use super::people::People;
use super::tally::{Answer, Tally};
use crate::cli::InboxOptions;

/// Answers that wait to be counted.
const ANSWERS: usize = 65_536;

/// Whom it is done to.
#[derive(Clone)]
pub(super) struct Load {
    pub(super) caller: Arc<Caller>,
    pub(super) people: Arc<People>,
}

/// Requests of one kind of rate.
#[derive(Clone)]
struct Pace {
    load: Load,
    rate: u32,
    begun: Instant,
    duration: Duration,
    places: Arc<Semaphore>,
    answers: mpsc::Sender<Answer>,
    bar: ProgressBar,
}

impl Load {
    /// Loads for so long, and waits for the last answer.
    pub(super) async fn run(
        &self,
        options: &InboxOptions,
        duration: Duration,
    ) -> anyhow::Result<Tally> {
        let users = self.people.count();
        let mut reads = Reads::new(users, options.poll_every.as_secs_f64(), options.reads)
            .context("--reads: fewer than the polls")?;
        let (answers, coming) = mpsc::channel(ANSWERS);
        let counting = tokio::spawn(Tally::of(coming));
        let pace = Pace {
            load: self.clone(),
            rate: options.reads,
            begun: Instant::now(),
            duration,
            places: Arc::new(Semaphore::new(options.connections as usize)),
            answers,
            bar: bar(duration, options.reads + options.writes),
        };
        let writing = Pace {
            rate: options.writes,
            ..pace.clone()
        };
        let (bar, busy) = (pace.bar.clone(), options.busy_users);
        tokio::join!(
            pace.keep(move |number| reads.next(number)),
            writing.keep(move |number| (write(number), busy_user(number, users, busy))),
        );
        let tally = counting.await.context("the answers were lost")?;
        bar.finish_and_clear();
        Ok(tally)
    }
}

impl Pace {
    /// Starts each request when it is due. One that finds no place waits here, and so do those behind
    /// it; all of them grow old from the moment they were due.
    async fn keep(self, mut next: impl FnMut(u64) -> (Ask, u32)) {
        let total = (self.duration.as_secs_f64() * f64::from(self.rate)).ceil() as u64;
        for number in 0..total {
            let due = self.begun + Duration::from_secs_f64(number as f64 / f64::from(self.rate));
            sleep_until(due).await;
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                return;
            };
            let (ask, user) = next(number);
            let (load, answers, begun) = (self.load.clone(), self.answers.clone(), self.begun);
            let bar = self.bar.clone();
            tokio::spawn(async move {
                let (ask, result) = load.caller.ask(number, ask, user, &load.people).await;
                let answer = Answer {
                    ask,
                    took: due.elapsed(),
                    at: begun.elapsed(),
                    result,
                };
                drop(place);
                bar.inc(1);
                // Only a tally that broke takes no more.
                let _ = answers.send(answer).await;
            });
        }
    }
}

fn bar(duration: Duration, rate: u32) -> ProgressBar {
    let bar = ProgressBar::new((duration.as_secs_f64() * f64::from(rate)) as u64);
    let style = "{elapsed_precise} {bar:40} {pos}/{len} answered, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
