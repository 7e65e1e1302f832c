//! Signatures of webhooks: HMAC-SHA256 over `id.timestamp.body`, as Standard Webhooks 1.0.0 says
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::Random;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::Refusal;

/// How far the clocks may be apart, and how old a call may be.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Signatures beyond are not looked at.
const MAX_SIGNATURES: usize = 8;

/// The headers of a signed webhook.
#[derive(Debug, Clone, Copy)]
pub struct SignedHeaders<'a> {
    /// `webhook-id`
    pub id: Option<&'a str>,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`: one or more, separated by spaces.
    pub signature: Option<&'a str>,
}

/// A new secret: `whsec_` and 32 bytes in base64.
pub fn new_secret(random: &Random) -> SecretString {
    let mut bytes = Vec::with_capacity(32);
    for _ in 0..2 {
        bytes.extend_from_slice(random.uuid().as_bytes());
    }
    format!("whsec_{}", STANDARD.encode(bytes)).into()
}

/// Whether one of the signatures is that of the body, and the call is not an old one.
///
/// # Errors
/// [`Refusal::Signature`].
pub fn verify(
    secret: &SecretString,
    headers: SignedHeaders<'_>,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let (Some(id), Some(timestamp), Some(signatures)) =
        (headers.id, headers.timestamp, headers.signature)
    else {
        return Err(Refusal::Signature(
            "the address requires the headers webhook-id, webhook-timestamp and webhook-signature",
        ));
    };
    let at = timestamp.parse().ok();
    let at = at.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    if at.is_none_or(|at| (now - at).abs() > TOLERANCE) {
        return Err(Refusal::Signature(
            "webhook-timestamp must be within 5 minutes of now",
        ));
    }
    let key = key(secret).ok_or(Refusal::Signature(
        "the secret of the address cannot be used",
    ))?;
    let mut signed = Vec::with_capacity(id.len() + timestamp.len() + body.len() + 2);
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        signed.extend_from_slice(part);
    }
    let mut given = signatures.split(' ').take(MAX_SIGNATURES);
    let is_one = given.any(|one| {
        let bytes = one
            .strip_prefix("v1,")
            .and_then(|encoded| STANDARD.decode(encoded).ok());
        bytes.is_some_and(|bytes| hmac::verify(&key, &signed, &bytes).is_ok())
    });
    match is_one {
        true => Ok(()),
        false => Err(Refusal::Signature(
            "webhook-signature is not that of the body",
        )),
    }
}

fn key(secret: &SecretString) -> Option<hmac::Key> {
    let encoded = secret.expose_secret().strip_prefix("whsec_")?;
    let bytes = STANDARD.decode(encoded).ok()?;
    Some(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const AT: i64 = 1_614_265_330;

    fn check(id: &str, at: &str, signature: &str, body: &[u8], now: i64) -> bool {
        let headers = SignedHeaders {
            id: Some(id),
            timestamp: Some(at),
            signature: Some(signature),
        };
        let now = DateTime::from_timestamp(now, 0).expect("a time");
        verify(&SECRET.to_owned().into(), headers, body, now).is_ok()
    }

    #[test]
    fn the_example_of_the_specification_is_right() {
        let at = AT.to_string();
        assert!(check(ID, &at, SIGNATURE, BODY, AT));
        assert!(check(
            ID,
            &at,
            &format!("v1,AAAA {SIGNATURE} v2,x"),
            BODY,
            AT + 300
        ));
    }

    #[test]
    fn everything_else_is_wrong() {
        let at = AT.to_string();
        assert!(!check("other", &at, SIGNATURE, BODY, AT));
        assert!(!check(ID, &(AT + 1).to_string(), SIGNATURE, BODY, AT));
        assert!(!check(ID, &at, SIGNATURE, b"{}", AT));
        for signature in ["", "v1,", &SIGNATURE[3..], &SIGNATURE.replace("v1,", "v2,")] {
            assert!(!check(ID, &at, signature, BODY, AT), "{signature}");
        }
        for now in [AT - 301, AT + 301] {
            assert!(!check(ID, &at, SIGNATURE, BODY, now), "{now}");
        }
        for at in ["", "x", "9223372036854775807"] {
            assert!(!check(ID, at, SIGNATURE, BODY, AT), "{at}");
        }
        let none = SignedHeaders {
            id: Some(ID),
            timestamp: None,
            signature: Some(SIGNATURE),
        };
        let now = DateTime::from_timestamp(AT, 0).expect("a time");
        assert!(verify(&SECRET.to_owned().into(), none, BODY, now).is_err());
    }

    #[test]
    fn a_new_secret_signs() {
        let secret = new_secret(&Random::system());
        assert!(secret.expose_secret().len() > 40);
        assert!(key(&secret).is_some());
    }
}
