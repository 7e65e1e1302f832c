//! What an answer means for the call: one `match` over the status decides for first attempts and replays alike.

use std::time::Duration;

use crate::{Failure, Problem};

/// What an attempt came to.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    /// Done.
    Done(T),
    /// Worth another attempt, not before this has passed.
    Again {
        why: Failure,
        retry_after: Option<Duration>,
    },
    /// The credential is refused, which says nothing about the request.
    Credential(Problem),
    /// The request is refused, and would be again.
    Refused(Problem),
}

impl<T> Answer<T> {
    /// Decides on a status other than success.
    pub(crate) fn of_problem(problem: Problem, retry_after: Option<Duration>) -> Self {
        match problem.status {
            401 | 403 => Self::Credential(problem),
            // What was sent first is still being accepted.
            409 if problem.is_key_in_use() => Self::again(problem, retry_after),
            // Time-outs, too early, too many; and whatever is the server's own fault.
            408 | 425 | 429 | 500.. => Self::again(problem, retry_after),
            _ => Self::Refused(problem),
        }
    }

    fn again(problem: Problem, retry_after: Option<Duration>) -> Self {
        Self::Again {
            why: Failure::Later(problem),
            retry_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: &str) -> &'static str {
        let body = format!(r#"{{"code": "{code}"}}"#);
        match Answer::of_problem(Problem::read(status, body.as_bytes()), None) {
            Answer::<()>::Done(()) => "done",
            Answer::Again { .. } => "again",
            Answer::Credential(_) => "credential",
            Answer::Refused(_) => "refused",
        }
    }

    #[test]
    fn every_kind_of_status_is_decided() {
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert_eq!(of(status, ""), "again", "{status}");
        }
        for status in [301, 307, 400, 404, 405, 409, 413, 415, 422] {
            assert_eq!(of(status, ""), "refused", "{status}");
        }
        assert_eq!(of(409, "idempotency_key_in_use"), "again");
        assert_eq!((of(401, ""), of(403, "")), ("credential", "credential"));
    }
}
