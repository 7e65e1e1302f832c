//! Tokens that the trusted key did not sign, or not so.

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::Case;
use super::forger::{Forger, part, sign_with};

/// All of them.
pub fn forged(forger: &Forger) -> Vec<Case> {
    let mut all = algorithms(forger);
    all.extend(headers(forger));
    all.extend(shapes(forger));
    all
}

/// The token chooses how it is checked.
fn algorithms(forger: &Forger) -> Vec<Case> {
    let claims = forger.claims().to_string();
    let unsigned = |alg: Value| {
        let header = json!({"alg": alg, "kid": forger.kid}).to_string();
        format!("{}.{}.", part(&header), part(&claims))
    };
    let hmac = |alg: Algorithm, secret: &[u8]| {
        let header = json!({"alg": alg, "kid": forger.kid}).to_string();
        sign_with(alg, &EncodingKey::from_secret(secret), &header, &claims)
    };
    let text = forger.public_text.as_bytes();
    let named = |alg: Value| forger.sign_header("alg", alg);
    let other = match forger.algorithm {
        Algorithm::ES256 => "RS256",
        _ => "ES256",
    };
    let honest = json!(forger.algorithm).as_str().unwrap().to_owned();
    let twice = format!(r#"{{"alg":"none","alg":"{honest}"}}"#);
    vec![
        ("alg none", unsigned(json!("none"))),
        ("alg None", unsigned(json!("None"))),
        ("alg NONE, signed", named(json!("NONE"))),
        ("alg empty", named(json!(""))),
        ("alg null", named(Value::Null)),
        ("alg is a number", named(json!(256))),
        ("alg is a list", named(json!([honest]))),
        ("alg in lower case", named(json!(honest.to_lowercase()))),
        ("alg of another key", named(json!(other))),
        ("alg twice", forger.sign(&twice, &claims)),
        ("no alg", forger.sign(r#"{"typ":"JWT"}"#, &claims)),
        ("HS256 with what is public", hmac(Algorithm::HS256, text)),
        (
            "the same, without its last line break",
            hmac(Algorithm::HS256, text.trim_ascii_end()),
        ),
        ("HS384 with what is public", hmac(Algorithm::HS384, text)),
        ("HS512 with what is public", hmac(Algorithm::HS512, text)),
        ("HS256 with an empty secret", hmac(Algorithm::HS256, b"")),
        (
            "unsigned under the honest alg",
            unsigned(json!(forger.algorithm)),
        ),
    ]
}

/// The token brings its own key, or asks for what is not understood.
fn headers(forger: &Forger) -> Vec<Case> {
    let claims = forger.claims().to_string();
    let by_stranger = |name: &str, value: Value| {
        let mut header = forger.header();
        header[name] = value;
        sign_with(
            forger.algorithm,
            &forger.stranger,
            &header.to_string(),
            &claims,
        )
    };
    // The secret is the stranger's own: whoever believed the header would find the signature right.
    let own_key = json!({"kty": "oct", "k": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"});
    let mut all = vec![
        ("another key", by_stranger("typ", json!("JWT"))),
        ("its own jwk", by_stranger("jwk", own_key)),
        (
            "its own jku",
            by_stranger("jku", json!("https://evil.example/keys")),
        ),
        (
            "its own x5u",
            by_stranger("x5u", json!("https://evil.example/cert")),
        ),
        ("its own x5c", by_stranger("x5c", json!(["MIIB"]))),
        ("kid as a path", by_stranger("kid", json!("../../dev/null"))),
        (
            "kid as SQL",
            by_stranger("kid", json!("x' UNION SELECT 'k'--")),
        ),
        ("kid as a number", forger.sign_header("kid", json!(1))),
        ("unknown crit", forger.sign_header("crit", json!(["exp"]))),
        ("empty crit", forger.sign_header("crit", json!([]))),
        ("crit is a text", forger.sign_header("crit", json!("b64"))),
        ("header is a list", forger.sign("[]", &claims)),
        ("header is no JSON", forger.sign("{alg", &claims)),
        ("header is empty", forger.sign("", &claims)),
    ];
    if forger.kid.is_some() {
        all.push(("unknown kid", forger.sign_header("kid", json!("third"))));
        all.push((
            "kid of another key",
            forger.sign_header("kid", json!("second")),
        ));
        all.push((
            "no kid among several keys",
            forger.sign_header("kid", Value::Null),
        ));
        all.push((
            "kid in upper case",
            forger.sign_header("kid", json!("FIRST")),
        ));
    }
    all
}

/// What is no token, or no longer one.
fn shapes(forger: &Forger) -> Vec<Case> {
    let whole = forger.sign_claims(&forger.claims().to_string());
    let [header, claims, signature] = whole.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let swapped = part(&forger.claims_with("sub", Some(json!("u2"))));
    let other_header =
        part(&json!({"alg": forger.algorithm, "kid": forger.kid, "n": 1}).to_string());
    let jwe = |alg: &str| {
        let header = part(&json!({"alg": alg, "enc": "A256GCM", "kid": forger.kid}).to_string());
        format!("{header}.AAAA.BBBB.CCCC.DDDD")
    };
    let padded = forger.claims_with("pad", Some(json!("x".repeat(8_192))));
    vec![
        ("other claims", format!("{header}.{swapped}.{signature}")),
        (
            "other header",
            format!("{other_header}.{claims}.{signature}"),
        ),
        (
            "first letter changed",
            format!("{header}.{claims}.{}", first_changed(signature)),
        ),
        (
            "unused bits set",
            format!("{header}.{claims}.{}", last_changed(signature)),
        ),
        (
            "signature cut",
            format!("{header}.{claims}.{}", &signature[..20]),
        ),
        ("signature doubled", format!("{whole}{signature}")),
        ("signature empty", format!("{header}.{claims}.")),
        ("no signature", format!("{header}.{claims}")),
        ("only a signature", format!("..{signature}")),
        ("no claims", format!("{header}..{signature}")),
        ("dot behind", format!("{whole}.")),
        ("dot before", format!(".{whole}")),
        ("dot doubled", format!("{header}..{claims}.{signature}")),
        ("four parts", format!("{whole}.AAAA")),
        ("JWE, direct", jwe("dir")),
        ("JWE, RSA", jwe("RSA-OAEP")),
        ("padding", format!("{whole}==")),
        ("padding inside", format!("{header}=.{claims}.{signature}")),
        ("space inside", format!("{header}.{claims}. {signature}")),
        ("not base64", "!!!.???.***".into()),
        ("dots only", "..".into()),
        ("one word", "token".into()),
        ("huge signature", format!("{whole}{}", "A".repeat(9_000))),
        ("huge, honestly signed", forger.sign_claims(&padded)),
        (
            "JSON, not compact",
            json!({"payload": claims, "signature": signature}).to_string(),
        ),
    ]
}

/// Another signature of the same length.
fn first_changed(signature: &str) -> String {
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{first}{}", &signature[1..])
}

/// The same signature, written differently: the last letter of each of our lengths has bits to spare.
fn last_changed(signature: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (head, last) = signature.split_at(signature.len() - 1);
    let place = LETTERS
        .iter()
        .position(|l| *l == last.as_bytes()[0])
        .unwrap();
    format!("{head}{}", char::from(LETTERS[place | 1]))
}
