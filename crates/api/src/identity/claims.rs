//! A token's claims, as they are read and as they are signed.

use serde::{Deserialize, Serialize};

/// The claims of a token that this service makes itself (`campanile token`, `campanile up`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// The caller; for the scope `inbox` the user's id.
    pub sub: String,
    /// The organisation.
    pub tenant: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// When it ends, in Unix seconds.
    pub exp: i64,
    /// When it was made, in Unix seconds.
    pub iat: i64,
    /// For whom it is meant, where the installation demands one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who made it, where the installation demands one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
}

/// Claims as the caller sent them. `validate` checks the required ones, so that an absent claim and a wrong one are
/// refused by the same code.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ReceivedClaims {
    pub(super) sub: Option<String>,
    pub(super) tenant: Option<String>,
    /// Issuers differ: a text with spaces (RFC 8693 section 4.2) or a list.
    pub(super) scope: Option<OneOrMany>,
    /// The same under the name that Entra ID and Okta give it; read where there is no `scope`.
    pub(super) scp: Option<OneOrMany>,
    /// A NumericDate may have a fraction (RFC 7519 section 2).
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
    pub(super) iat: Option<f64>,
    pub(super) aud: Option<OneOrMany>,
    pub(super) iss: Option<String>,
}

/// One text or a list of them, as an audience is (RFC 7519 section 4.1.3).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }

    /// All of it as one text with spaces.
    pub(super) fn joined(self) -> String {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many.join(" "),
        }
    }
}
