//! Tokens that the trusted key signed, with claims that do not hold.

use chrono::Utc;
use serde_json::{Value, json};

use super::Case;
use super::forger::Forger;

/// Claims of the wrong kind: nobody honest signs them.
pub fn misshapen(forger: &Forger) -> Vec<Case> {
    let now = Utc::now().timestamp();
    let with = |name, value| forger.sign_claims(&forger.claims_with(name, Some(value)));
    let twice = |name: &str, value: Value| {
        let honest = forger.claims().to_string();
        forger.sign_claims(&format!("{{\"{name}\":{value},{}", &honest[1..]))
    };
    let overflow = forger
        .claims()
        .to_string()
        .replace(&(now + 600).to_string(), "1e400");
    vec![
        ("exp is a text", with("exp", json!("tomorrow"))),
        (
            "exp is a number as a text",
            with("exp", json!((now + 600).to_string())),
        ),
        ("exp is a list", with("exp", json!([now + 600]))),
        ("exp is an object", with("exp", json!({"at": now + 600}))),
        ("exp is true", with("exp", json!(true))),
        (
            "exp is no number that there is",
            forger.sign_claims(&overflow),
        ),
        ("nbf is a text", with("nbf", json!("0"))),
        ("iat is a text", with("iat", json!("0"))),
        ("iat is a list", with("iat", json!([]))),
        ("sub is a number", with("sub", json!(7))),
        ("sub is a list", with("sub", json!(["u1"]))),
        ("tenant is a list", with("tenant", json!(["acme"]))),
        (
            "tenant is an object",
            with("tenant", json!({"name": "acme"})),
        ),
        ("tenant is a number", with("tenant", json!(1))),
        ("tenant is true", with("tenant", json!(true))),
        ("scope is a list of numbers", with("scope", json!([1]))),
        ("scope is an object", with("scope", json!({"a": "inbox"}))),
        ("scp is a number", with("scp", json!(1))),
        ("scope is a number", with("scope", json!(1))),
        ("aud is an object", with("aud", json!({"a": 1}))),
        ("aud is a list of numbers", with("aud", json!([1]))),
        ("iss is a list", with("iss", json!(["https://id.example"]))),
        ("exp twice", twice("exp", json!(0))),
        ("sub twice", twice("sub", json!("u2"))),
        ("tenant twice", twice("tenant", json!("other"))),
        ("scope twice", twice("scope", json!("admin"))),
        ("aud twice", twice("aud", json!("other"))),
        ("claims are a list", forger.sign_claims("[1,2]")),
        ("claims are a text", forger.sign_claims("\"acme\"")),
        ("claims are null", forger.sign_claims("null")),
        ("claims are no JSON", forger.sign_claims("{sub")),
        ("claims are empty", forger.sign_claims("")),
        (
            "claims end in more",
            forger.sign_claims(&format!("{}{{}}", forger.claims())),
        ),
        (
            "claims have a lone surrogate",
            forger.sign_claims(r#"{"sub":"\ud800"}"#),
        ),
    ]
}

/// Claims of the right kind that are no longer, not yet or nowhere true, with the reason given.
pub fn stale(forger: &Forger) -> Vec<(&'static str, String, String)> {
    let now = Utc::now().timestamp();
    let table: [(&str, &str, Option<Value>, &str); 40] = [
        ("no exp", "exp", None, "exp is required"),
        ("exp null", "exp", Some(Value::Null), "exp is required"),
        (
            "expired",
            "exp",
            Some(json!(now - 31)),
            "it has expired (exp)",
        ),
        (
            "expired by a fraction",
            "exp",
            Some(json!(now as f64 - 30.5)),
            "it has expired (exp)",
        ),
        (
            "expired in 1970",
            "exp",
            Some(json!(0)),
            "it has expired (exp)",
        ),
        (
            "exp negative",
            "exp",
            Some(json!(-1)),
            "it has expired (exp)",
        ),
        (
            "exp far below zero",
            "exp",
            Some(json!(-1e300)),
            "it has expired (exp)",
        ),
        (
            "exp in milliseconds",
            "exp",
            Some(json!((now + 600) * 1_000)),
            "exp is not a valid timestamp",
        ),
        (
            "exp in the year 10000",
            "exp",
            Some(json!(253_402_300_800_i64)),
            "exp is not a valid timestamp",
        ),
        (
            "exp the largest integer",
            "exp",
            Some(json!(u64::MAX)),
            "exp is not a valid timestamp",
        ),
        (
            "exp huge",
            "exp",
            Some(json!(1e300)),
            "exp is not a valid timestamp",
        ),
        (
            "nbf ahead",
            "nbf",
            Some(json!(now + 60)),
            "it is not valid yet (nbf)",
        ),
        (
            "nbf far ahead",
            "nbf",
            Some(json!(1e300)),
            "it is not valid yet (nbf)",
        ),
        (
            "iat ahead",
            "iat",
            Some(json!(now + 60)),
            "it is not valid yet (nbf)",
        ),
        (
            "iat far ahead",
            "iat",
            Some(json!(u64::MAX)),
            "it is not valid yet (nbf)",
        ),
        (
            "no aud",
            "aud",
            None,
            "its audience (aud) is not that of this installation",
        ),
        (
            "aud null",
            "aud",
            Some(Value::Null),
            "its audience (aud) is not that of this installation",
        ),
        (
            "aud of another",
            "aud",
            Some(json!("other")),
            "its audience (aud) is not that of this installation",
        ),
        (
            "aud empty",
            "aud",
            Some(json!([])),
            "its audience (aud) is not that of this installation",
        ),
        (
            "aud in capitals",
            "aud",
            Some(json!("Campanile")),
            "its audience (aud) is not that of this installation",
        ),
        (
            "aud as a part",
            "aud",
            Some(json!("campanile2")),
            "its audience (aud) is not that of this installation",
        ),
        (
            "no iss",
            "iss",
            None,
            "its issuer (iss) is not that of this installation",
        ),
        (
            "iss of another",
            "iss",
            Some(json!("https://evil.example")),
            "its issuer (iss) is not that of this installation",
        ),
        (
            "iss with a slash",
            "iss",
            Some(json!("https://id.example/")),
            "its issuer (iss) is not that of this installation",
        ),
        ("no sub", "sub", None, "sub is required"),
        ("sub null", "sub", Some(Value::Null), "sub is required"),
        ("sub empty", "sub", Some(json!("")), "sub is not a valid id"),
        (
            "sub too long",
            "sub",
            Some(json!("x".repeat(129))),
            "sub is not a valid id",
        ),
        (
            "sub with NUL",
            "sub",
            Some(json!("u1\0")),
            "sub is not a valid id",
        ),
        ("no tenant", "tenant", None, "tenant is required"),
        (
            "tenant empty",
            "tenant",
            Some(json!("")),
            "tenant is not a valid name",
        ),
        (
            "tenant in capitals",
            "tenant",
            Some(json!("ACME")),
            "tenant is not a valid name",
        ),
        (
            "tenant as a path",
            "tenant",
            Some(json!("../acme")),
            "tenant is not a valid name",
        ),
        (
            "tenant with NUL",
            "tenant",
            Some(json!("acme\0")),
            "tenant is not a valid name",
        ),
        (
            "tenant with a space",
            "tenant",
            Some(json!("acme ")),
            "tenant is not a valid name",
        ),
        (
            "tenant too long",
            "tenant",
            Some(json!("a".repeat(64))),
            "tenant is not a valid name",
        ),
        (
            "tenant as SQL",
            "tenant",
            Some(json!("acme' OR '1")),
            "tenant is not a valid name",
        ),
        (
            "tenant in other letters",
            "tenant",
            Some(json!("\u{430}cme")),
            "tenant is not a valid name",
        ),
        ("no scope", "scope", None, "scope is required"),
        (
            "scope null",
            "scope",
            Some(Value::Null),
            "scope is required",
        ),
    ];
    let sign = |(what, name, value, reason): (&'static str, &str, Option<Value>, &str)| {
        let token = forger.sign_claims(&forger.claims_with(name, value));
        (what, token, format!("The token was rejected: {reason}"))
    };
    let mut all: Vec<_> = table.map(sign).into();
    let nowhere = forger.claims_with("tenant", Some(json!("nobody")));
    let token = forger.sign_claims(&nowhere);
    all.push(("unknown tenant", token, "Unknown tenant".into()));
    all
}
