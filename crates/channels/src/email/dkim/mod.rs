//! DKIM signatures (RFC 6376): rsa-sha256 over relaxed headers and a relaxed body.
//!
//! By hand, because lettre's own needs the `rsa` crate (RUSTSEC-2023-0071).

mod canonical;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::EmailAddress;
use secrecy::{ExposeSecret, SecretString};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::settings::{EmailError, wrong};

/// `From` is listed once more than it occurs, so that a second one cannot be added unnoticed.
const SIGNED: [&str; 10] = [
    "From",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// Base64 in a header line; with its indent well below the 78 that RFC 5322 asks for.
const LINE: usize = 72;
/// RFC 8301 asks for 1,024 bits at least and advises these.
const MIN_BYTES: usize = 2048 / 8;

/// The key of one domain.
pub(super) struct DkimKey {
    domain: String,
    selector: String,
    key: RsaKeyPair,
}

impl DkimKey {
    pub(super) fn new(
        domain: &str,
        selector: &str,
        private_key: &SecretString,
    ) -> Result<Self, EmailError> {
        // Both are parts of a header and of a name in the DNS.
        let is_domain = |name: &str| EmailAddress::parse(&format!("x@{name}")).is_ok();
        if !is_domain(domain) || !domain.is_ascii() {
            return Err(wrong("dkim.domain", "is not a domain name in ASCII"));
        }
        if !is_domain(&format!("{selector}.{domain}")) || !selector.is_ascii() {
            return Err(wrong("dkim.selector", "is not a part of a domain name"));
        }
        let key = read(private_key).map_err(|why| wrong("dkim.private_key", why))?;
        Ok(Self {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            key,
        })
    }

    /// Gives the header `DKIM-Signature`, line break included, for a whole mail with CRLF line ends
    /// that is signed at `now` (seconds since 1970).
    pub(super) fn sign(&self, mail: &str, now: i64) -> Result<String, SigningFailed> {
        let (headers, body) = mail.split_once("\r\n\r\n").ok_or(SigningFailed)?;
        let body_hash = STANDARD.encode(digest(&SHA256, canonical::body(body).as_bytes()));
        // Folded, so that no line is longer than RFC 5322 advises. A header that a mail lacks cannot be added unnoticed.
        let named = SIGNED.join(":").replacen(":List-", ":\r\n List-", 1);
        let unsigned = format!(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={};\r\n s={}; t={now};\r\n \
             h={};\r\n bh={body_hash};\r\n b=",
            self.domain, self.selector, named,
        );
        let mut signed = canonical::headers(headers, &SIGNED);
        signed.push_str(canonical::header(&unsigned).trim_end());
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| SigningFailed)?;
        Ok(format!(
            "{unsigned}{}\r\n",
            folded(&STANDARD.encode(signature))
        ))
    }
}

/// The mail has no end of headers, or the library has no memory.
#[derive(Debug)]
pub(super) struct SigningFailed;

fn read(private_key: &SecretString) -> Result<RsaKeyPair, &'static str> {
    let pem = private_key.expose_secret().as_bytes();
    let der = PrivateKeyDer::from_pem_slice(pem).map_err(|_| "is not a private key in PEM")?;
    let key = match &der {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        _ => return Err("is not an RSA key"),
    };
    let key = key.map_err(|_| "is not an RSA key of 2,048 bits or more")?;
    if key.public_modulus_len() < MIN_BYTES {
        return Err("is not an RSA key of 2,048 bits or more");
    }
    Ok(key)
}

fn folded(base64: &str) -> String {
    let mut lines = String::with_capacity(base64.len() + base64.len() / LINE * 3);
    for (at, letter) in base64.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            lines.push_str("\r\n ");
        }
        lines.push(letter);
    }
    lines
}

impl fmt::Debug for DkimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DkimKey")
            .field("domain", &self.domain)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_covers_the_headers_twice_named_and_the_body() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("encoded");
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der.as_ref())
        );
        let key = DkimKey::new("example.com", "s1", &pem.into()).expect("a key");
        let mail = "From: a@example.com\r\nTo: b@example.com\r\nSubject:  x \r\n\r\nHello \r\n\r\n";
        let header = key.sign(mail, 1_700_000_000).expect("signed");
        assert!(header.lines().all(|line| line.len() <= 78), "{header}");
        let (unsigned, signature) = header.split_once(" b=").expect("a signature");
        let signature: String = signature.split_whitespace().collect();
        let expected = format!(
            "from:a@example.com\r\nto:b@example.com\r\nsubject:x\r\n{} b=",
            unsigned
                .replace("\r\n", "")
                .replace("DKIM-Signature: ", "dkim-signature:")
        );
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            .verify(
                expected.as_bytes(),
                &STANDARD.decode(signature).expect("base64"),
            )
            .expect("the signature holds");
        let body_hash = STANDARD.encode(digest(&SHA256, b"Hello\r\n"));
        assert!(header.contains(&format!("bh={body_hash};")), "{header}");
    }
}
