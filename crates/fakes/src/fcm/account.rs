//! A service account with a key of its own.

use std::fmt::Write;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What Google would hand out as a JSON file.
#[derive(Debug, Clone)]
pub struct FcmAccount {
    /// The Firebase project.
    pub project_id: String,
    /// The account's address.
    pub client_email: String,
    /// PKCS#8 in PEM.
    pub private_key: String,
    /// The key's id.
    pub private_key_id: String,
    pub(super) public_key: String,
}

impl FcmAccount {
    /// Makes one. All of a process share a key, as making it takes time.
    ///
    /// # Panics
    /// Without randomness.
    pub fn new() -> Self {
        static KEYS: OnceLock<[String; 2]> = OnceLock::new();
        let [private_key, public_key] = KEYS.get_or_init(keys);
        Self {
            project_id: "project-1".into(),
            client_email: "push@project-1.iam.gserviceaccount.com".into(),
            private_key: private_key.clone(),
            private_key_id: "key-1".into(),
            public_key: public_key.clone(),
        }
    }

    /// Another key, which the server does not know.
    ///
    /// # Panics
    /// Without randomness.
    pub fn stranger_key() -> String {
        let [private_key, _] = keys();
        private_key
    }
}

impl Default for FcmAccount {
    fn default() -> Self {
        Self::new()
    }
}

fn keys() -> [String; 2] {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("randomness");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("a key");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a key");
    [
        pem("PRIVATE KEY", private.as_ref()),
        pem("PUBLIC KEY", public.as_ref()),
    ]
}

/// A PEM block.
fn pem(label: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let mut block = format!("-----BEGIN {label}-----\n");
    for line in encoded.as_bytes().chunks(64) {
        let line = std::str::from_utf8(line).expect("base64");
        writeln!(block, "{line}").expect("memory");
    }
    block + "-----END " + label + "-----\n"
}
