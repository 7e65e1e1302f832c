//! Making tokens: for the operator's command line and for the single process's own key.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};

use super::keys::check_secret;
use super::{Claims, KeyError};

/// Signs claims with the installation's shared secret (HS256).
///
/// # Errors
/// The secret is too short.
pub fn sign_hs256(secret: &SecretString, claims: &Claims) -> Result<String, KeyError> {
    check_secret(secret)?;
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).map_err(|_| KeyError::CannotSign)
}
