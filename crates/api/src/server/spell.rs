//! A trouble that is logged when it begins and when it is over, with the number of times it was met.

use std::time::Duration;

use tokio::time::Instant;

/// One kind of trouble.
#[derive(Debug, Default)]
pub(super) struct Spell {
    began: Option<Instant>,
    times: u64,
}

impl Spell {
    /// It was met; says whether it has just begun.
    pub(super) fn count(&mut self) -> bool {
        self.times += 1;
        let is_new = self.began.is_none();
        self.began.get_or_insert_with(Instant::now);
        is_new
    }

    /// It is over; says how often it was met and how long it lasted, if it had begun.
    pub(super) fn end(&mut self) -> Option<(u64, Duration)> {
        let began = self.began.take()?;
        Some((std::mem::take(&mut self.times), began.elapsed()))
    }
}
