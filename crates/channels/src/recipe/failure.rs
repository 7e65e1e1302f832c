//! What a call without a reply means.

use campanile_domain::{Outcome, OutcomeKind};
use campanile_recipes::{Recipe, RequestError};

use crate::outbound::Failure;

/// The address is the account's, so that its owner must correct a wrong one.
pub(super) fn failure_of_account(recipe: &Recipe, failure: Failure) -> Outcome {
    match failure {
        Failure::Forbidden => forbidden(),
        Failure::Unusable => {
            let detail = "The account's address is not a valid URL.";
            Outcome::new(OutcomeKind::Misconfigured, failure.code(), detail)
        }
        other => on_the_way(recipe, other),
    }
}

/// The address is a user's: whatever is wrong there says nothing of the account and its other users.
pub(super) fn failure_of_user(recipe: &Recipe, failure: Failure) -> Outcome {
    match failure {
        Failure::Forbidden => {
            let detail =
                "The user's address is not on the public internet (CAMPANILE_ALLOW_USER_NETWORKS).";
            Outcome::new(OutcomeKind::Rejected, failure.code(), detail)
        }
        Failure::Unusable => {
            let detail = "The user's address is not a valid URL.";
            Outcome::new(OutcomeKind::AddressGone, failure.code(), detail)
        }
        other => on_the_way(recipe, other).of_addressee(),
    }
}

/// What a server says that a user chose concerns this user alone: it could answer 401 to stop the account for all.
pub(super) fn said_by_users_server(recipe: &Recipe, outcome: Outcome) -> Outcome {
    if outcome.kind != OutcomeKind::Misconfigured {
        return outcome.of_addressee();
    }
    let detail = format!("{} refuses the URL of the user.", recipe.title);
    Outcome::new(OutcomeKind::Rejected, outcome.code, detail)
}

/// The user's server has as many calls as one of them may have.
pub(super) fn busy() -> Outcome {
    let detail = "Too many calls to the server of this address are waiting for its answers.";
    Outcome::new(OutcomeKind::Retry, "server_busy", detail).of_addressee()
}

/// By how far the call came: before the request left nothing can have arrived; afterwards it is unknown.
fn on_the_way(recipe: &Recipe, failure: Failure) -> Outcome {
    let title = &recipe.title;
    let (kind, detail) = match failure {
        Failure::Forbidden | Failure::Unusable => (
            OutcomeKind::Rejected,
            format!("{title} cannot be called at this address."),
        ),
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
fn forbidden() -> Outcome {
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
