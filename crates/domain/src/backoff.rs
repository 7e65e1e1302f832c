//! Pauses between repetitions of what failed.

use std::time::Duration;

use crate::Random;

/// Pauses that double, from the first to the longest.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Nothing has failed yet.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            next: first,
        }
    }

    /// How long to wait before the next try.
    pub fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(self.longest);
        pause
    }

    /// The same and up to `share` of it more, so that those who failed together do not return together.
    pub fn jittered(&mut self, share: f64, random: &Random) -> Duration {
        let pause = self.pause();
        pause + pause.mul_f64(share * random.fraction())
    }

    /// A try succeeded: the next pause is the first again.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_again_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(350));
        let pauses = [(); 4].map(|()| backoff.pause().as_millis());
        assert_eq!(pauses, [100, 200, 350, 350]);
        backoff.reset();
        assert_eq!(backoff.pause(), Duration::from_millis(100));
    }

    #[test]
    fn jitter_adds_no_more_than_its_share() {
        let (random, second) = (Random::seeded(1), Duration::from_secs(1));
        for _ in 0..100 {
            let pause = Backoff::new(second, second).jittered(0.5, &random);
            assert!(pause >= second && pause < second.mul_f64(1.5), "{pause:?}");
        }
    }
}
