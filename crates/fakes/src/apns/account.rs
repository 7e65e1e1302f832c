//! A key of a developer team.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What Apple hands out: a file, and two ids to copy.
#[derive(Debug, Clone)]
pub struct ApnsAccount {
    /// The id of the key.
    pub key_id: String,
    /// The id of the team.
    pub team_id: String,
    /// `AuthKey_….p8`.
    pub private_key: String,
    /// The app that the key may send to.
    pub topic: String,
    pub(super) public_key: String,
}

impl ApnsAccount {
    /// Makes one.
    ///
    /// # Panics
    /// Without randomness.
    pub fn new() -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        let key = key.expect("randomness");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref()).expect("a key");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a key");
        Self {
            key_id: "ABC123DEFG".into(),
            team_id: "DEF123GHIJ".into(),
            private_key: pem("PRIVATE KEY", key.as_ref()),
            topic: "com.example.app".into(),
            public_key: pem("PUBLIC KEY", public.as_ref()),
        }
    }
}

impl Default for ApnsAccount {
    fn default() -> Self {
        Self::new()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}
