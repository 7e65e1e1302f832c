//! Waits for short locks without making others wait: who stands in the queue for a table holds up
//! everybody behind, so it steps out of it quickly and comes back later.

use std::time::{Duration, Instant};

/// The pause before a lock is asked for again; meanwhile those who waited get on.
const PAUSE: Duration = Duration::from_millis(700);
/// When it is given up: by then a session holds the table that an operator has to find.
const GIVES_UP_AFTER: Duration = Duration::from_secs(15 * 60);
/// How many tries there are between two lines that say so.
const TRIES_A_LINE: u32 = 10;

/// The tries of one piece of work.
pub(super) struct Patience<'a> {
    what: &'a str,
    since: Instant,
    tries: u32,
}

impl<'a> Patience<'a> {
    /// How long one try stands in the queue for a table, and with it everybody behind. Longer than
    /// what is usual of a transaction here, far shorter than what a caller waits for.
    pub(super) const LOCK_TIMEOUT: &'static str = "SET lock_timeout = '200ms'";

    pub(super) fn new(what: &'a str) -> Self {
        Self {
            what,
            since: Instant::now(),
            tries: 0,
        }
    }

    /// Whether it is to be tried again after this, once the pause is over.
    pub(super) async fn another(&mut self, error: &sqlx::Error) -> bool {
        if !is_busy(error) || self.since.elapsed() >= GIVES_UP_AFTER {
            return false;
        }
        if self.tries.is_multiple_of(TRIES_A_LINE) {
            let seconds = self.since.elapsed().as_secs();
            tracing::info!(
                "{}: the table is locked by others; retrying for {seconds} s",
                self.what
            );
        }
        self.tries += 1;
        tokio::time::sleep(PAUSE).await;
        true
    }
}

/// A lock that was not given in time, or a deadlock that was resolved against this session.
fn is_busy(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("55P03" | "40P01"))
}

/// A table or an index that is not there (any more).
pub(super) fn is_undefined(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("42P01" | "42704"))
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
