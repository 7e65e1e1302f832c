//! Reads a JWK set and keeps what verifying takes.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, NO_PAD, URL_SAFE_NO_PAD,
};
use serde_json::{Map, Value, json};

use super::TokenKeys;

/// Members that only a private or a symmetric key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Bytes of the modulus of an RSA key: 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;
/// Bytes of a public exponent; nearly all are 65,537.
const EXPONENT_BYTES: std::ops::RangeInclusive<usize> = 1..=8;
/// Bytes of a coordinate of P-256, and of an Ed25519 key.
const POINT_BYTES: std::ops::RangeInclusive<usize> = 32..=32;

/// Reads base64url whatever the bits say that are left over at its end.
const GIVEN: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::with_decode_allow_trailing_bits(NO_PAD, true),
);

/// What is wrong with a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKeyFlaw {
    /// Where, as a JSON pointer within the set.
    pub pointer: String,
    /// Of what kind it is.
    pub kind: TokenKeyFlawKind,
    /// What it is, for people. A secret is never repeated.
    pub detail: String,
}

/// Of what kind a flaw of a set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKeyFlawKind {
    /// Something is missing.
    Missing,
    /// It has another JSON type.
    WrongType,
    /// It is no such value.
    Invalid,
    /// The key is not supported.
    NotSupported,
    /// There is too much.
    TooLong,
}

use TokenKeyFlawKind::{Invalid, Missing, NotSupported, TooLong, WrongType};

fn flaw(pointer: &str, kind: TokenKeyFlawKind, detail: impl Into<String>) -> TokenKeyFlaw {
    TokenKeyFlaw {
        pointer: pointer.to_owned(),
        kind,
        detail: detail.into(),
    }
}

/// The set as it is stored.
pub(super) fn read(text: &str) -> Result<String, Vec<TokenKeyFlaw>> {
    let one = |pointer, kind, detail: &str| vec![flaw(pointer, kind, detail)];
    if text.len() > TokenKeys::MOST_BYTES_GIVEN {
        let detail = format!(
            "must be at most {} bytes of JSON",
            TokenKeys::MOST_BYTES_GIVEN
        );
        return Err(one("", TooLong, &detail));
    }
    let set: Value = serde_json::from_str(text).map_err(|_| one("", Invalid, "is not JSON"))?;
    let Value::Object(mut set) = set else {
        return Err(one(
            "",
            WrongType,
            "must be a JWK set: an object with a list `keys`",
        ));
    };
    if set.contains_key("kty") {
        let detail = "must be a JWK set, not a single key: {\"keys\": [<key>]}";
        return Err(one("", WrongType, detail));
    }
    let keys = match set.remove("keys") {
        Some(Value::Array(keys)) => keys,
        Some(_) => return Err(one("/keys", WrongType, "must be a list")),
        None => return Err(one("/keys", Missing, "is required")),
    };
    let (mut read, mut flaws) = (Vec::new(), Vec::new());
    let mut unnamed = Vec::new();
    for (place, key) in keys.into_iter().enumerate() {
        match read_key(&format!("/keys/{place}"), key) {
            Ok(Some(key)) => {
                unnamed.extend(key.get("kid").is_none().then_some(place));
                read.push(key);
            }
            Ok(None) => {}
            Err(found) => flaws.push(found),
        }
    }
    // A token without a key id is verified by a key that is alone, and one with an id by the key that has it.
    if flaws.is_empty() && read.len() > 1 {
        let detail =
            "is required where a set has several keys: a token names the key that verifies it";
        let missing = |place: usize| flaw(&format!("/keys/{place}/kid"), Missing, detail);
        flaws.extend(unnamed.into_iter().map(missing));
    }
    if flaws.is_empty() && read.is_empty() {
        let detail = "must have a key that verifies signatures";
        flaws.push(flaw("/keys", Missing, detail));
    }
    if read.len() > TokenKeys::MOST {
        let detail = format!(
            "must have at most {} keys that verify signatures",
            TokenKeys::MOST
        );
        flaws.push(flaw("/keys", TooLong, detail));
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let text = json!({"keys": read}).to_string();
    if text.len() > TokenKeys::MOST_BYTES {
        let most = TokenKeys::MOST_BYTES;
        let detail = format!("must be at most {most} bytes of JSON without certificates");
        return Err(one("/keys", TooLong, &detail));
    }
    Ok(text)
}

/// The members of a key that verifying takes; `None`: it is for something else.
fn read_key(at: &str, key: Value) -> Result<Option<Value>, TokenKeyFlaw> {
    let Value::Object(key) = key else {
        return Err(flaw(at, WrongType, "must be a JWK: an object"));
    };
    // First of all, so that the answer to a private key says what has happened to it.
    let secret = SECRET.into_iter().find(|name| key.contains_key(*name));
    if let Some(name) = secret {
        let detail = "belongs to a private or symmetric key; give the public key only, and replace the key that you sent";
        return Err(flaw(&format!("{at}/{name}"), NotSupported, detail));
    }
    if key.get("use").is_some_and(|purpose| purpose == "enc") {
        return Ok(None);
    }
    if key.get("use").is_some_and(|purpose| purpose != "sig") {
        return Err(flaw(
            &format!("{at}/use"),
            NotSupported,
            "must be sig, or be left out",
        ));
    }
    let operations = key.get("key_ops").and_then(Value::as_array);
    if operations.is_some_and(|all| all.iter().all(|one| one != "verify")) {
        return Err(flaw(
            &format!("{at}/key_ops"),
            NotSupported,
            "must have verify",
        ));
    }
    let kind = text(at, &key, "kty")?;
    let (algorithm, members): (_, &[(&str, _)]) = match kind {
        "RSA" => ("RS256", &[("n", MODULUS_BYTES), ("e", EXPONENT_BYTES)]),
        "EC" => {
            named(at, &key, ("crv", "P-256"))?;
            ("ES256", &[("x", POINT_BYTES), ("y", POINT_BYTES)])
        }
        "OKP" => {
            named(at, &key, ("crv", "Ed25519"))?;
            ("EdDSA", &[("x", POINT_BYTES)])
        }
        _ => {
            let detail = "must be RSA, EC or OKP: public keys for RS256, ES256 and EdDSA";
            return Err(flaw(&format!("{at}/kty"), NotSupported, detail));
        }
    };
    if key.contains_key("alg") {
        named(at, &key, ("alg", algorithm))?;
    }
    let mut kept = Map::new();
    kept.insert("kty".into(), kind.into());
    kept.insert("alg".into(), algorithm.into());
    for name in ["kid", "crv"] {
        if key.contains_key(name) {
            kept.insert(name.into(), text(at, &key, name)?.into());
        }
    }
    if kept
        .get("kid")
        .and_then(Value::as_str)
        .is_some_and(|kid| kid.len() > TokenKeys::MOST_KID_BYTES)
    {
        let detail = format!("must be at most {} bytes", TokenKeys::MOST_KID_BYTES);
        return Err(flaw(&format!("{at}/kid"), TooLong, detail));
    }
    for (name, bytes) in members {
        let found = GIVEN.decode(text(at, &key, name)?).ok();
        let Some(found) = found.filter(|found| bytes.contains(&found.len())) else {
            let (least, most) = (bytes.start(), bytes.end());
            let detail = format!("must be {least} to {most} bytes in base64url without padding");
            return Err(flaw(&format!("{at}/{name}"), Invalid, detail));
        };
        kept.insert((*name).into(), URL_SAFE_NO_PAD.encode(found).into());
    }
    Ok(Some(Value::Object(kept)))
}

fn text<'a>(at: &str, key: &'a Map<String, Value>, name: &str) -> Result<&'a str, TokenKeyFlaw> {
    match key.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(flaw(&format!("{at}/{name}"), WrongType, "must be a string")),
        None => Err(flaw(&format!("{at}/{name}"), Missing, "is required")),
    }
}

/// A member that has to have this value.
fn named(
    at: &str,
    key: &Map<String, Value>,
    (name, wanted): (&str, &str),
) -> Result<(), TokenKeyFlaw> {
    if text(at, key, name)? == wanted {
        return Ok(());
    }
    let detail = format!("must be {wanted} for a key of this kind");
    Err(flaw(&format!("{at}/{name}"), NotSupported, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(number: usize) -> String {
        URL_SAFE_NO_PAD.encode(vec![7; number])
    }

    fn set(keys: Value) -> Result<Value, Vec<(String, TokenKeyFlawKind)>> {
        let read = TokenKeys::parse(&json!({"keys": keys}).to_string());
        let places = |flaws: Vec<TokenKeyFlaw>| {
            let flaws = flaws.into_iter();
            flaws.map(|flaw| (flaw.pointer, flaw.kind)).collect()
        };
        read.map(|keys| keys.to_value()["keys"].clone())
            .map_err(places)
    }

    #[test]
    fn only_what_verifying_takes_is_kept() {
        let keys = json!([
            {"kty": "RSA", "n": bytes(256), "e": "AQAB", "kid": "1", "use": "sig", "x5c": ["MIIB"]},
            {"kty": "RSA", "n": bytes(256), "e": "AQAB", "kid": "e", "use": "enc", "alg": "RSA-OAEP"},
            {"kty": "EC", "crv": "P-256", "x": bytes(32), "y": bytes(32), "alg": "ES256", "kid": "2", "key_ops": ["verify"]},
            {"kty": "OKP", "crv": "Ed25519", "kid": "3", "x": bytes(32)},
        ]);
        let kept = json!([
            {"kty": "RSA", "alg": "RS256", "kid": "1", "n": bytes(256), "e": "AQAB"},
            {"kty": "EC", "alg": "ES256", "kid": "2", "crv": "P-256", "x": bytes(32), "y": bytes(32)},
            {"kty": "OKP", "alg": "EdDSA", "kid": "3", "crv": "Ed25519", "x": bytes(32)},
        ]);
        assert_eq!(set(keys), Ok(kept));
    }

    #[test]
    fn every_wrong_key_is_named() {
        let ec = json!({"kty": "EC", "crv": "P-256", "x": bytes(32), "y": bytes(32)});
        let with = |name: &str, value: Value| {
            let mut key = ec.clone();
            key[name] = value;
            key
        };
        for (key, at, kind) in [
            (with("d", json!("x")), "/keys/0/d", NotSupported),
            (json!({"kty": "oct", "k": "x"}), "/keys/0/k", NotSupported),
            (json!({"kty": "oct"}), "/keys/0/kty", NotSupported),
            (with("crv", json!("P-384")), "/keys/0/crv", NotSupported),
            (with("alg", json!("ES384")), "/keys/0/alg", NotSupported),
            (with("use", json!("tls")), "/keys/0/use", NotSupported),
            (
                with("key_ops", json!(["sign"])),
                "/keys/0/key_ops",
                NotSupported,
            ),
            (with("x", json!(bytes(31))), "/keys/0/x", Invalid),
            (with("y", json!("=")), "/keys/0/y", Invalid),
            (with("kid", json!(7)), "/keys/0/kid", WrongType),
            (with("kid", json!("k".repeat(257))), "/keys/0/kid", TooLong),
            (
                json!({"kty": "EC", "crv": "P-256", "x": bytes(32)}),
                "/keys/0/y",
                Missing,
            ),
            (
                json!({"kty": "RSA", "n": bytes(128), "e": "AQAB"}),
                "/keys/0/n",
                Invalid,
            ),
            (json!("key"), "/keys/0", WrongType),
        ] {
            assert_eq!(set(json!([key])), Err(vec![(at.to_owned(), kind)]), "{at}");
        }
        let both = set(json!([{"kty": "oct"}, ec, {"kty": "EC", "d": 1}]));
        assert_eq!(both.expect_err("wrong").len(), 2);
    }

    #[test]
    fn a_set_has_bounds() {
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": bytes(32)});
        assert!(set(json!(vec![key.clone(); TokenKeys::MOST])).is_ok());
        let mut unnamed = key.clone();
        unnamed.as_object_mut().expect("an object").remove("kid");
        assert!(set(json!([unnamed])).is_ok());
        assert_eq!(
            set(json!([key, unnamed])),
            Err(vec![("/keys/1/kid".to_owned(), Missing)])
        );
        let many = set(json!(vec![key; TokenKeys::MOST + 1]));
        assert_eq!(many, Err(vec![("/keys".to_owned(), TooLong)]));
        let large = json!({"kty": "RSA", "kid": "a", "n": bytes(1_024), "e": "AQAB"});
        assert_eq!(
            set(json!(vec![large; 7])),
            Err(vec![("/keys".to_owned(), TooLong)])
        );
        assert_eq!(set(json!([])), Err(vec![("/keys".to_owned(), Missing)]));
        for (text, at) in [
            ("[]", ""),
            ("{}", "/keys"),
            ("{\"keys\": 1}", "/keys"),
            ("{\"kty\": \"EC\"}", ""),
        ] {
            let flaws = TokenKeys::parse(text).expect_err("wrong");
            assert_eq!(flaws[0].pointer, at, "{text}");
        }
    }
}
