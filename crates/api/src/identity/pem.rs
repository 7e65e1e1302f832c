//! One public key from PEM text; its kind decides the algorithm, and the token has no say.

use jsonwebtoken::{Algorithm, DecodingKey};

use super::KeyError;
use super::keys::VerifyingKey;

/// An uncompressed point of P-256: a tag and two coordinates of 32 bytes.
const P256_POINT_BYTES: usize = 65;

/// Reads an RSA, P-256 or Ed25519 public key.
pub(super) fn parse(text: &str) -> Result<VerifyingKey, KeyError> {
    // A private key would work as well, and would lie about on every server that only checks.
    if text.contains("PRIVATE KEY") {
        return Err(KeyError::PrivateKey);
    }
    // One-line settings files write line breaks as the two characters `\n`.
    let text = text.replace("\\n", "\n");
    let pem = text.as_bytes();
    if let Ok(key) = DecodingKey::from_rsa_pem(pem) {
        return Ok(VerifyingKey::new(Algorithm::RS256, key));
    }
    if let Ok(key) = DecodingKey::from_ed_pem(pem) {
        return Ok(VerifyingKey::new(Algorithm::EdDSA, key));
    }
    match DecodingKey::from_ec_pem(pem) {
        Ok(key)
            if key
                .try_get_as_bytes()
                .is_ok_and(|p| p.len() == P256_POINT_BYTES) =>
        {
            Ok(VerifyingKey::new(Algorithm::ES256, key))
        }
        _ => Err(KeyError::UnreadablePublicKey),
    }
}
