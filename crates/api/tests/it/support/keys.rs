//! Key pairs made for one test run.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey};

pub struct Pair {
    pub algorithm: Algorithm,
    pub signing: EncodingKey,
    pub public_pem: String,
    pub private_pem: String,
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

pub fn rsa_pair() -> Pair {
    let pair = RsaPair::generate(KeySize::Rsa2048).unwrap();
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
    let private_pem = pem("PRIVATE KEY", private.as_ref());
    Pair {
        algorithm: Algorithm::RS256,
        signing: EncodingKey::from_rsa_pem(private_pem.as_bytes()).unwrap(),
        public_pem: pem("PUBLIC KEY", public.as_ref()),
        private_pem,
    }
}

pub fn ec_pair() -> Pair {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let private = pair.to_pkcs8v1().unwrap();
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
    let private_pem = pem("PRIVATE KEY", private.as_ref());
    Pair {
        algorithm: Algorithm::ES256,
        signing: EncodingKey::from_ec_pem(private_pem.as_bytes()).unwrap(),
        public_pem: pem("PUBLIC KEY", public.as_ref()),
        private_pem,
    }
}

pub fn ed_pair() -> Pair {
    let pair = Ed25519KeyPair::generate().unwrap();
    let private = pair.to_pkcs8v1().unwrap();
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
    let private_pem = pem("PRIVATE KEY", private.as_ref());
    Pair {
        algorithm: Algorithm::EdDSA,
        signing: EncodingKey::from_ed_pem(private_pem.as_bytes()).unwrap(),
        public_pem: pem("PUBLIC KEY", public.as_ref()),
        private_pem,
    }
}
