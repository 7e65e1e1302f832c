//! A call until it is settled or its budget is spent.

use std::time::Instant;

use tokio::time::sleep;

use crate::answer::Answer;
use crate::{Error, Failure, Problem, RetryPolicy};

/// What is left when the budget is spent.
#[derive(Debug)]
pub(crate) struct GivenUp {
    pub(crate) attempts: u32,
    pub(crate) last: Failure,
}

/// Tries until there is an answer, the budget is spent, or `is_enough` says that there is a better way.
///
/// From the second attempt on, `known` may read in a refusal that an earlier one had been accepted.
///
/// # Errors
/// The refusal, outside; inside, why no attempt was answered.
pub(crate) async fn call<T, F: Future<Output = Answer<T>>>(
    policy: RetryPolicy,
    attempt: impl Fn() -> F,
    known: impl Fn(&Problem) -> Option<T>,
    is_enough: impl Fn() -> bool,
) -> Result<Result<T, GivenUp>, Error> {
    let begun = Instant::now();
    let mut attempts = 0;
    loop {
        let (last, retry_after) = match attempt().await {
            Answer::Done(done) => return Ok(Ok(done)),
            Answer::Refused(problem) => {
                let earlier = (attempts > 0).then(|| known(&problem)).flatten();
                return earlier.map(Ok).ok_or(Error::Refused(problem));
            }
            Answer::Credential(problem) => return Err(Error::Refused(problem)),
            Answer::Again { why, retry_after } => (why, retry_after),
        };
        attempts += 1;
        let pause = policy.pause(attempts - 1, retry_after);
        // Waiting beyond the budget would only make the same end later.
        if begun.elapsed() + pause >= policy.budget || is_enough() {
            return Ok(Err(GivenUp { attempts, last }));
        }
        sleep(pause).await;
    }
}
