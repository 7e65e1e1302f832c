//! How a call ended badly.

use crate::spool::SpoolError;
use crate::token::BoxError;
use crate::{IdempotencyKey, Problem};

/// Why a call is durable nowhere, or why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service refused it; the same call would be refused again.
    #[error("refused: {0}")]
    Refused(Problem),
    /// The service could not be asked, or could not answer, until the retry budget was spent, and there is no spool.
    ///
    /// An attempt whose answer was lost may have been accepted. Repeating the call with this key notifies no user
    /// twice.
    #[error("no answer after {attempts} attempts")]
    Unavailable {
        /// Under which the service may know the call.
        key: IdempotencyKey,
        /// How often it was tried.
        attempts: u32,
        /// Why the last attempt failed.
        #[source]
        last: Failure,
    },
    /// The spool could not take it; nothing of it will be replayed.
    #[error("the spool did not accept the call")]
    Spool {
        /// Under which the service may know the call, if an attempt was made before.
        key: IdempotencyKey,
        /// Why not.
        #[source]
        source: SpoolError,
    },
    /// The request cannot be written as JSON.
    #[error("cannot be written as JSON")]
    Encode(#[from] serde_json::Error),
}

/// Why an attempt brought no answer that settles the call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The token source gave none.
    #[error("no token")]
    Token(#[source] BoxError),
    /// No connection, no answer in time, or half an answer.
    #[error("no answer")]
    Transport(#[from] reqwest::Error),
    /// An answer that says to come again.
    #[error("{0}")]
    Later(Problem),
    /// An answer of success in a shape that the service does not have.
    #[error("a response that is not from the service")]
    Answer,
}
