//! What a call without a reply means.

use campanile_domain::{Outcome, OutcomeKind};
use campanile_recipes::{Recipe, RequestError};

use crate::outbound::Failure;

/// By how far the call came: before the request left nothing can have arrived; afterwards it is unknown. The address is
/// the account's, so that its owner must correct a wrong one.
pub(super) fn failure(recipe: &Recipe, failure: Failure) -> Outcome {
    let title = &recipe.title;
    let (kind, detail) = match failure {
        Failure::Forbidden => return forbidden(),
        Failure::Unusable => {
            let detail = "The account's address is not a valid URL.";
            (OutcomeKind::Misconfigured, detail.to_owned())
        }
        Failure::Dns => (
            OutcomeKind::Retry,
            format!("The host name of {title} cannot be resolved."),
        ),
        Failure::ConnectTimeout => (
            OutcomeKind::Retry,
            format!("{title} did not accept the connection in time."),
        ),
        Failure::Connect => (
            OutcomeKind::Retry,
            format!("No connection to {title}: it was refused, or TLS failed."),
        ),
        Failure::Timeout => (
            OutcomeKind::Ambiguous,
            format!("{title} did not answer in time."),
        ),
        Failure::Lost => (
            OutcomeKind::Ambiguous,
            format!("The connection closed before {title} answered."),
        ),
    };
    Outcome::new(kind, failure.code(), detail)
}

/// The guard refused.
pub(super) fn forbidden() -> Outcome {
    let detail =
        "The account's address is not on the public internet (CAMPANILE_ALLOW_PRIVATE_NETWORKS).";
    Outcome::new(OutcomeKind::Misconfigured, "address_forbidden", detail).remedied_by(
        "Set an address on the public internet, or let the operator allow its network.",
    )
}

/// There is nothing to send.
pub(super) fn no_request(recipe: &Recipe, error: RequestError) -> Outcome {
    let (kind, code) = match error {
        RequestError::NoAddress => (OutcomeKind::Rejected, "no_address"),
        RequestError::Address => (OutcomeKind::Rejected, "invalid_address"),
        RequestError::Settings => (OutcomeKind::Misconfigured, "invalid_settings"),
    };
    Outcome::new(
        kind,
        code,
        format!("{} was not called: {error}.", recipe.title),
    )
}
