//! Reads and writes at their fixed rates, whatever the answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::ProgressBar;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use super::caller::Caller;
use super::mix::{Ask, Reads, busy_user, write};
use super::people::People;
use super::tally::{Answer, Tally};
use crate::cli::InboxOptions;
use crate::pace::{Pace, Turn, requests};
use crate::progress::bar;

/// Answers that wait to be counted.
const ANSWERS: usize = 65_536;

/// Whom it is done to.
#[derive(Clone)]
pub(super) struct Load {
    pub(super) caller: Arc<Caller>,
    pub(super) people: Arc<People>,
}

/// What requests of both rates share.
#[derive(Clone)]
struct Course {
    load: Load,
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
        let reading = Course {
            load: self.clone(),
            begun: Instant::now(),
            duration,
            places: Arc::new(Semaphore::new(options.connections as usize)),
            answers,
            bar: bar(
                requests(duration, options.reads + options.writes),
                "answered",
            ),
        };
        let writing = reading.clone();
        let (bar, busy) = (reading.bar.clone(), options.busy_users);
        let write = move |number| (write(number), busy_user(number, users, busy));
        tokio::join!(
            reading.run(options.reads, move |number| reads.next(number)),
            writing.run(options.writes, write),
        );
        let tally = counting.await.context("the answers were lost")?;
        bar.finish_and_clear();
        Ok(tally)
    }
}

impl Course {
    /// Starts each request when it is due.
    async fn run(self, rate: u32, mut next: impl FnMut(u64) -> (Ask, u32) + Send + 'static) {
        let pace = Pace {
            begun: self.begun,
            rate,
            total: requests(self.duration, rate),
            places: Arc::clone(&self.places),
        };
        pace.keep(move |turn| {
            let (ask, user) = next(turn.number);
            Some(self.clone().ask(turn, ask, user))
        })
        .await;
    }

    async fn ask(self, turn: Turn, ask: Ask, user: u32) {
        let Load { caller, people } = &self.load;
        let (ask, result) = caller.ask(turn.number, ask, user, people).await;
        let answer = Answer {
            ask,
            took: turn.due.elapsed(),
            at: self.begun.elapsed(),
            result: result.map_err(|refusal| refusal.why),
        };
        drop(turn.place);
        self.bar.inc(1);
        // Only a tally that broke takes no more.
        let _ = self.answers.send(answer).await;
    }
}
