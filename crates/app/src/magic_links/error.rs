//! Why a link was not made.

use campanile_intake::IntakeError;
use campanile_links::LinkError;
use campanile_storage::StorageError;

/// Why a link was not made.
#[derive(Debug, thiserror::Error)]
pub enum MagicLinkError {
    /// The installation does not know its own address.
    #[error("links need CAMPANILE_PUBLIC_URL, which is not set")]
    NoPublicUrl,
    /// Links in mails must be https.
    #[error(
        "links by mail need an https address in CAMPANILE_PUBLIC_URL; with http they can only be returned"
    )]
    NotSecure,
    /// No user has the address, or several have.
    #[error("there is not exactly one user with this email address; give user_id")]
    NotOneUser,
    /// The mail was not accepted.
    #[error(transparent)]
    NotAccepted(#[from] IntakeError),
    /// The token cannot be sealed, or the database does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
}

impl From<StorageError> for MagicLinkError {
    fn from(error: StorageError) -> Self {
        Self::Link(error.into())
    }
}
