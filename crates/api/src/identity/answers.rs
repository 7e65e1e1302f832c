//! What the database said of the tenants and keys that callers name, remembered for a moment.
//!
//! A name costs nothing to make up. So names that do not exist are remembered apart from those that do: however many of
//! them come, none of these makes way.

use std::hash::Hash;

use moka::ops::compute::Op;
use moka::sync::Cache;
use tokio::time::Instant;

/// An answer to a question.
pub(super) trait Said: Clone + Send + Sync + 'static {
    /// Whether there is what was asked for.
    fn is_there(&self) -> bool;

    /// When it was asked.
    fn at(&self) -> Instant;
}

/// Answers by what was asked for; cheap to clone.
#[derive(Clone)]
pub(super) struct Answers<K, A> {
    there: Cache<K, A>,
    not_there: Cache<K, A>,
}

impl<K, A> Answers<K, A>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    A: Said,
{
    /// Remembers so many of each kind. Of a kind, those that were asked for least make way.
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            there: Cache::new(capacity),
            not_there: Cache::new(capacity),
        }
    }

    /// The last answer.
    pub(super) fn get(&self, of: &K) -> Option<A> {
        match (self.there.get(of), self.not_there.get(of)) {
            (Some(there), Some(not)) if not.at() > there.at() => Some(not),
            (there, not) => there.or(not),
        }
    }

    /// Of two answers, the one to the later question stays.
    pub(super) fn remember(&self, of: &K, answer: A) {
        let (own, other) = match answer.is_there() {
            true => (&self.there, &self.not_there),
            false => (&self.not_there, &self.there),
        };
        let is_later = |than: &A| than.at() > answer.at();
        let left = other.get(of).map(|_| {
            other
                .entry_by_ref(of)
                .and_compute_with(|last| match last {
                    Some(last) if !is_later(last.value()) => Op::Remove,
                    _ => Op::Nop,
                })
                .into_entry()
        });
        if left.flatten().is_some_and(|last| is_later(last.value())) {
            return;
        }
        own.entry_by_ref(of).and_compute_with(|last| match last {
            Some(last) if is_later(last.value()) => Op::Nop,
            _ => Op::Put(answer.clone()),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Seen(bool, Instant);

    impl Said for Seen {
        fn is_there(&self) -> bool {
            self.0
        }

        fn at(&self) -> Instant {
            self.1
        }
    }

    #[test]
    fn names_that_are_made_up_push_out_none_that_exists() {
        let (answers, now) = (Answers::new(10), Instant::now());
        for real in 0..10 {
            answers.remember(&real, Seen(true, now));
        }
        for made_up in 100..1_100 {
            for _ in 0..3 {
                assert!(answers.get(&made_up).is_none_or(|said| !said.is_there()));
                answers.remember(&made_up, Seen(false, now));
            }
        }
        answers.there.run_pending_tasks();
        answers.not_there.run_pending_tasks();
        assert!(answers.not_there.entry_count() <= 10);
        let left = (0..10).filter(|real| answers.get(real).is_some());
        assert_eq!(left.count(), 10);
    }

    #[test]
    fn the_answer_to_the_later_question_stays() {
        let answers = Answers::new(10);
        let early = Instant::now();
        let late = early + Duration::from_secs(1);
        for (name, is_there) in [(1, true), (2, false)] {
            answers.remember(&name, Seen(is_there, early));
            answers.remember(&name, Seen(!is_there, late));
            answers.remember(&name, Seen(is_there, early));
            assert_eq!(answers.get(&name), Some(Seen(!is_there, late)));
            // As often as what it names comes and goes.
            answers.remember(&name, Seen(is_there, late));
            assert_eq!(answers.get(&name), Some(Seen(is_there, late)));
        }
    }
}
