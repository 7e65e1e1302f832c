//! Encryption for one browser (RFC 8291), as one record of the encoding aes128gcm (RFC 8188).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use super::subscription::Subscription;

/// The size of the record that the header names; push services take bodies of so many bytes.
const RECORD_BYTES: u32 = 4_096;
/// Salt, record size, length of the key, the key.
const HEADER_BYTES: usize = 16 + 4 + 1 + 65;
const TAG_BYTES: usize = 16;
/// What stands behind the text of the last record.
const LAST: u8 = 2;

/// The longest text that fits in one record, and in what every push service takes (RFC 8030, section 7.2).
pub(super) const MAX_TEXT_BYTES: usize = RECORD_BYTES as usize - HEADER_BYTES - TAG_BYTES - 1;

/// The message cannot be encrypted: the browser's key is no point on the curve, or there is no randomness.
#[derive(Debug)]
pub(super) struct CannotEncrypt;

/// Encrypts a text for a browser. Each message has a key and a salt of its own.
pub(super) fn encrypt(to: &Subscription, text: &[u8]) -> Result<Vec<u8>, CannotEncrypt> {
    let key = PrivateKey::generate(&ECDH_P256).map_err(|_| CannotEncrypt)?;
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| CannotEncrypt)?;
    encrypt_with(to, text, &key, salt)
}

fn encrypt_with(
    to: &Subscription,
    text: &[u8],
    key: &PrivateKey,
    salt: [u8; 16],
) -> Result<Vec<u8>, CannotEncrypt> {
    let public = key.compute_public_key().map_err(|_| CannotEncrypt)?;
    let public = public.as_ref();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &to.p256dh);
    let secret = agree(key, theirs, CannotEncrypt, |shared| {
        let prk = Salt::new(HKDF_SHA256, &to.auth).extract(shared);
        expand::<32>(&prk, &[b"WebPush: info\0", &to.p256dh, public])
    })?;
    let prk = Salt::new(HKDF_SHA256, &salt).extract(&secret);
    let cek = expand::<16>(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = expand::<12>(&prk, &[b"Content-Encoding: nonce\0"])?;

    let mut body = Vec::with_capacity(HEADER_BYTES + text.len() + 1 + TAG_BYTES);
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(public.len()).map_err(|_| CannotEncrypt)?);
    body.extend_from_slice(public);
    let mut record = text.to_vec();
    record.push(LAST);
    let key = UnboundKey::new(&AES_128_GCM, &cek).map_err(|_| CannotEncrypt)?;
    LessSafeKey::new(key)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut record,
        )
        .map_err(|_| CannotEncrypt)?;
    body.append(&mut record);
    Ok(body)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N], CannotEncrypt> {
    let mut out = [0; N];
    let filled = prk
        .expand(info, Length(N))
        .and_then(|okm| okm.fill(&mut out));
    filled.map(|()| out).map_err(|_| CannotEncrypt)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// The example of RFC 8291, section 5 and appendix A.
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const SENDER: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const RECEIVER: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn example() -> Subscription {
        let address = format!("web_push:{P256DH}:{AUTH}:https://push.example.com/");
        Subscription::parse(&address).expect("a subscription")
    }

    #[test]
    fn the_example_of_the_specification_comes_out() {
        let key = PrivateKey::from_private_key(&ECDH_P256, &bytes(SENDER)).expect("a key");
        let salt = bytes(SALT).try_into().expect("16 bytes");
        let body = encrypt_with(&example(), TEXT, &key, salt).expect("encrypted");
        assert_eq!(URL_SAFE_NO_PAD.encode(body), BODY);
    }

    #[test]
    fn the_longest_text_fits_in_a_record() {
        let body = encrypt(&example(), &[b'x'; MAX_TEXT_BYTES]).expect("encrypted");
        assert_eq!(body.len(), RECORD_BYTES as usize);
    }

    #[test]
    fn no_two_messages_are_alike_and_a_wrong_key_is_refused() {
        let one = encrypt(&example(), TEXT).expect("encrypted");
        assert_ne!(one, encrypt(&example(), TEXT).expect("encrypted"));
        let nowhere = Subscription {
            p256dh: [4; 65],
            ..example()
        };
        assert!(encrypt(&nowhere, TEXT).is_err());
    }

    /// Python's `http_ece`, which browsers' own tests use, as the receiving side.
    #[test]
    fn http_ece_decrypts_it() {
        let Some(python) = std::env::var_os("CAMPANILE_TEST_PYTHON_PATH") else {
            let why = "names no Python with http_ece; `cargo xtask test` sets it";
            writeln!(
                std::io::stderr(),
                "SKIPPED: web push: CAMPANILE_TEST_PYTHON_PATH {why}"
            )
            .expect("standard error");
            return;
        };
        let text = "Grüße \u{1f514} ".repeat(100);
        let body = encrypt(&example(), text.as_bytes()).expect("encrypted");
        const SCRIPT: &str = "\
import base64, sys
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

def decoded(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))

key = ec.derive_private_key(int.from_bytes(decoded(sys.argv[1]), 'big'), ec.SECP256R1())
text = http_ece.decrypt(decoded(sys.argv[3]), private_key=key, auth_secret=decoded(sys.argv[2]), version='aes128gcm')
sys.stdout.buffer.write(text)
";
        let child = Command::new(python)
            .args(["-c", SCRIPT, RECEIVER, AUTH, &URL_SAFE_NO_PAD.encode(body)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .expect("Python");
        let errors = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.success(), "{errors}");
        assert_eq!(String::from_utf8_lossy(&child.stdout), text);
    }
}
