//! The key that signs for a service account.

use aws_lc_rs::signature::RsaKeyPair;
use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretString};

/// Reads PKCS#8 or PKCS#1 in PEM. People paste the key out of the account's JSON file, so `\n` may
/// stand for a line break.
///
/// # Errors
/// What is wrong with it, without a character of it.
pub(super) fn parse(pem: &SecretString) -> Result<EncodingKey, &'static str> {
    // Wiped when it goes, as the original is.
    let text = SecretString::from(pem.expose_secret().trim().replace("\\n", "\n"));
    let text = text.expose_secret();
    if !text.starts_with("-----BEGIN ") {
        return Err("is not a PEM block, expected `-----BEGIN PRIVATE KEY-----`");
    }
    let key = EncodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| NO_RSA_KEY)?;
    // The reader above looks at labels only; a key that cannot sign must show now, not at a push.
    RsaKeyPair::from_der(key.as_bytes()).map_err(|_| NO_RSA_KEY)?;
    Ok(key)
}

const NO_RSA_KEY: &str = "is not a private RSA key of 2,048 bits or more";
