//! Forged, stale and foreign tokens: none gets in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_api::identity::{KeyError, KeySettings, Keys};
use chrono::Utc;
use http::Request;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{
    Pair, SECRET, TestApi, ec_pair, ed_pair, get, message, post, rsa_pair, token, user,
};

fn hs256() -> EncodingKey {
    EncodingKey::from_secret(SECRET.as_bytes())
}

fn good() -> Value {
    let exp = Utc::now().timestamp() + 600;
    json!({"sub": "u1", "tenant": "acme", "scope": "inbox", "exp": exp})
}

/// The good claims with one changed, or taken away by `null`.
fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

fn sign(algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
    encode(&Header::new(algorithm), claims, key).unwrap()
}

fn hs(claims: &Value) -> String {
    sign(Algorithm::HS256, &hs256(), claims)
}

/// A token without a signature, whatever its header says.
fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

#[track_caller]
fn signed_with_header(header: &Value) -> String {
    let unsigned = unsigned(header, &good());
    let message = unsigned.trim_end_matches('.');
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

async fn status(api: &TestApi, token: &str) -> u16 {
    let answer = api.get("/api/v1/notifications", token).await;
    if answer.status == 401 {
        answer.is_problem(401, "unauthenticated");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
    }
    answer.status.as_u16()
}

#[tokio::test]
async fn a_shared_secret_lets_no_forgery_in() {
    let api = TestApi::new().await;
    assert_eq!(status(&api, &hs(&good())).await, 200);
    assert_eq!(
        status(&api, &signed_with_header(&json!({"alg": "HS256"}))).await,
        200
    );

    let now = Utc::now().timestamp();
    let whole = hs(&good());
    let (head, signature) = whole.rsplit_once('.').unwrap();
    let wrong = EncodingKey::from_secret(&[7; 32]);
    let swapped = {
        let other = hs(&with("sub", json!("u2")));
        let (header, rest) = whole.split_once('.').unwrap();
        let payload = other.split('.').nth(1).unwrap();
        let signature = rest.split('.').nth(1).unwrap();
        format!("{header}.{payload}.{signature}")
    };
    let forged = [
        ("alg none", unsigned(&json!({"alg": "none"}), &good())),
        (
            "alg None",
            unsigned(&json!({"alg": "None", "typ": "JWT"}), &good()),
        ),
        ("no alg", unsigned(&json!({"typ": "JWT"}), &good())),
        (
            "HS256 without a signature",
            unsigned(&json!({"alg": "HS256"}), &good()),
        ),
        ("wrong secret", sign(Algorithm::HS256, &wrong, &good())),
        (
            "empty secret",
            sign(Algorithm::HS256, &EncodingKey::from_secret(b""), &good()),
        ),
        ("HS384", sign(Algorithm::HS384, &hs256(), &good())),
        ("HS512", sign(Algorithm::HS512, &hs256(), &good())),
        (
            "crit",
            signed_with_header(&json!({"alg": "HS256", "crit": ["b64"], "b64": false})),
        ),
        ("payload of another token", swapped),
        ("signature cut off", head.to_owned()),
        (
            "signature shortened",
            format!("{head}.{}", &signature[..10]),
        ),
        ("a fourth part", format!("{whole}.x")),
        ("one dot", "abc.def".into()),
        ("no dots", "abcdef".into()),
        ("dots only", "..".into()),
        ("not base64", "!!!.???.***".into()),
        ("huge", format!("{head}.{}", "A".repeat(9_000))),
        ("expired", hs(&with("exp", json!(now - 31)))),
        ("expired long ago", hs(&with("exp", json!(0)))),
        ("negative exp", hs(&with("exp", json!(-1)))),
        ("no exp", hs(&with("exp", Value::Null))),
        ("exp is text", hs(&with("exp", json!("tomorrow")))),
        ("nbf ahead", hs(&with("nbf", json!(now + 60)))),
        ("nbf is text", hs(&with("nbf", json!("x")))),
        ("no sub", hs(&with("sub", Value::Null))),
        ("empty sub", hs(&with("sub", json!("")))),
        ("sub too long", hs(&with("sub", json!("x".repeat(129))))),
        ("sub with a control", hs(&with("sub", json!("a\u{0}b")))),
        ("sub is a number", hs(&with("sub", json!(7)))),
        ("no tenant", hs(&with("tenant", Value::Null))),
        ("tenant not a name", hs(&with("tenant", json!("Acme Inc.")))),
        ("tenant empty", hs(&with("tenant", json!("")))),
        ("unknown tenant", hs(&with("tenant", json!("nobody")))),
        ("tenant is a list", hs(&with("tenant", json!(["acme"])))),
        ("claims are no object", hs(&json!([1, 2, 3]))),
    ];
    for (what, token) in forged {
        assert_eq!(status(&api, &token).await, 401, "{what}");
    }
    // Within the leeway, and with a fraction.
    assert_eq!(status(&api, &hs(&with("exp", json!(now - 20)))).await, 200);
    assert_eq!(status(&api, &hs(&with("nbf", json!(now + 25)))).await, 200);
    assert_eq!(status(&api, &hs(&with("iat", json!(now + 10)))).await, 200);
    assert_eq!(
        status(&api, &hs(&with("exp", json!(now as f64 + 60.5)))).await,
        200
    );
    // An empty scope is a valid caller who may do nothing.
    assert_eq!(status(&api, &hs(&with("scope", json!("")))).await, 403);
}

async fn of_public_key(pair: &Pair) -> TestApi {
    TestApi::with_keys(KeySettings {
        jwt_public_key_pem: Some(pair.public_pem.clone()),
        ..KeySettings::default()
    })
    .await
}

#[tokio::test]
async fn the_kind_of_a_public_key_pins_the_algorithm() {
    let pairs = [rsa_pair(), ec_pair(), ed_pair()];
    for pair in &pairs {
        let api = of_public_key(pair).await;
        let own = sign(pair.algorithm, &pair.signing, &good());
        assert_eq!(status(&api, &own).await, 200, "{:?}", pair.algorithm);
        for other in pairs.iter().filter(|o| o.algorithm != pair.algorithm) {
            let foreign = sign(other.algorithm, &other.signing, &good());
            assert_eq!(status(&api, &foreign).await, 401);
        }
        // The classic: the public key's text taken for a shared secret.
        let text = EncodingKey::from_secret(pair.public_pem.as_bytes());
        let confused = sign(Algorithm::HS256, &text, &good());
        assert_eq!(status(&api, &confused).await, 401);
        assert_eq!(status(&api, &hs(&good())).await, 401);
    }
    let rsa = &pairs[0];
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let token = sign(algorithm, &rsa.signing, &good());
        assert_eq!(
            status(&of_public_key(rsa).await, &token).await,
            401,
            "{algorithm:?}"
        );
    }
    let another = rsa_pair();
    let token = sign(Algorithm::RS256, &another.signing, &good());
    assert_eq!(status(&of_public_key(rsa).await, &token).await, 401);
}

#[tokio::test]
async fn a_demanded_audience_and_issuer_are_required() {
    let api = TestApi::with_keys(KeySettings {
        jwt_secret: Some(SecretString::from(SECRET)),
        audience: Some("campanile".into()),
        issuer: Some("https://id.example".into()),
        ..KeySettings::default()
    })
    .await;
    let claims = |aud: Value, iss: Value| {
        let mut claims = good();
        claims["aud"] = aud;
        claims["iss"] = iss;
        hs(&claims)
    };
    let iss = || json!("https://id.example");
    assert_eq!(status(&api, &claims(json!("campanile"), iss())).await, 200);
    assert_eq!(
        status(&api, &claims(json!(["x", "campanile"]), iss())).await,
        200
    );
    for (aud, iss) in [
        (Value::Null, iss()),
        (json!("other"), iss()),
        (json!([]), iss()),
        (json!("campanile"), Value::Null),
        (json!("campanile"), json!("https://id.example/")),
        (json!("Campanile"), iss()),
    ] {
        assert_eq!(
            status(&api, &claims(aud.clone(), iss.clone())).await,
            401,
            "{aud} {iss}"
        );
    }
    assert_eq!(status(&api, &hs(&good())).await, 401);
}

#[tokio::test]
async fn the_header_must_be_one_bearer() {
    let api = TestApi::new().await;
    let token = user("acme", "u1");
    let call = async |values: &[&str]| {
        let mut request = Request::get("/api/v1/notifications");
        for value in values {
            request = request.header("authorization", *value);
        }
        let answer = api
            .call(request.body(axum::body::Body::empty()).unwrap())
            .await;
        answer.status.as_u16()
    };
    let bearer = format!("Bearer {token}");
    assert_eq!(call(&[&bearer]).await, 200);
    assert_eq!(call(&[&format!("bearer {token}")]).await, 200);
    assert_eq!(call(&[&format!("Basic {token}")]).await, 401);
    assert_eq!(call(&[&token]).await, 401);
    assert_eq!(call(&["Bearer "]).await, 401);
    assert_eq!(call(&["Bearer"]).await, 401);
    assert_eq!(call(&[&bearer, &bearer]).await, 401);
    assert_eq!(call(&["Bearer \u{fc}"]).await, 401);
}

#[tokio::test]
async fn only_a_platform_token_may_name_a_tenant() {
    let api = TestApi::new().await;
    api.post(message(&["u1"]).to_string()).await;
    let total = async |token: String, tenant: &str| {
        let mut request = get("/api/v1/notifications", &token);
        request
            .headers_mut()
            .insert("x-tenant", tenant.parse().unwrap());
        let answer = api.call(request).await;
        match answer.status.as_u16() {
            200 => Ok(answer.json()["total"].as_u64().unwrap()),
            status => Err(status),
        }
    };
    assert_eq!(total(user("other", "u1"), "acme").await, Ok(0), "ignored");
    assert_eq!(
        total(token("other", "u1", "platform inbox"), "acme").await,
        Ok(1)
    );
    assert_eq!(
        total(token("other", "u1", "platform inbox"), "nobody").await,
        Err(401)
    );
    assert_eq!(
        total(token("other", "u1", "platform inbox"), "No Name").await,
        Err(401)
    );
    assert_eq!(
        total(token("other", "u1", "platform"), "acme").await,
        Err(403)
    );
}

#[tokio::test]
async fn platform_alone_is_the_admin_of_the_tenant_that_it_names() {
    let api = TestApi::new().await;
    let sent = api.post(message(&["u1"]).to_string()).await.json();
    let id = sent["notifications"][0]["id"].as_str().unwrap();
    let timeline = format!("/api/v1/notifications/{id}/timeline");
    let platform = token("other", "root", "platform");
    let call = async |path: &str, token: &str, tenant: Option<&str>| {
        let mut request = get(path, token);
        if let Some(tenant) = tenant {
            let headers = request.headers_mut();
            headers.insert("x-tenant", tenant.parse().unwrap());
        }
        api.call(request).await
    };
    for path in [&timeline, "/api/v1/admin/retention"] {
        let answer = call(path, &platform, Some("acme")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let unnamed = call(path, &platform, None).await;
        let problem = unnamed.is_problem(403, "insufficient_scope");
        assert!(problem["detail"].as_str().unwrap().contains("X-Tenant"));
        // Only a platform token may name a tenant: another's header is ignored.
        let foreign = call(path, &token("other", "ops", "admin"), Some("acme")).await;
        let shown = if path == timeline { 404 } else { 200 };
        assert_eq!(foreign.status, shown, "{path}");
    }
    // The named tenant's, not the token's own.
    assert_eq!(call(&timeline, &platform, Some("other")).await.status, 404);
    // An operator sees what a service sees; a user does not.
    let operator = call(&timeline, &token("acme", "ops", "admin"), None).await;
    assert_eq!(operator.status, 200);
    assert_eq!(call(&timeline, &user("acme", "u1"), None).await.status, 403);
}

#[tokio::test]
async fn a_token_lives_as_long_as_the_installation_allows() {
    let day = 86_400;
    let settings = |max_life| KeySettings {
        jwt_secret: Some(SecretString::from(SECRET)),
        max_life,
        ..KeySettings::default()
    };
    let api = TestApi::with_keys(settings(Some(std::time::Duration::from_secs(day)))).await;
    let (now, day) = (Utc::now().timestamp(), i64::try_from(day).unwrap());
    let year_9999 = 253_402_300_799_i64;
    for (iat, exp, allowed) in [
        (Some(json!(now)), now + day, true),
        (Some(json!(now)), now + day + 3_600, false),
        (Some(json!(now)), year_9999, false),
        // What is left of it is short, and it has lived for longer than it may.
        (Some(json!(now - day)), now + 600, false),
        (Some(json!(0)), now + 600, false),
        (Some(json!(-1e308)), now + 600, false),
        (Some(json!(i64::MIN)), now + 600, false),
        // Without a beginning, what is left counts.
        (None, now + day, true),
        (None, now + day + 3_600, false),
        (None, year_9999, false),
    ] {
        let mut claims = with("exp", json!(exp));
        if let Some(iat) = &iat {
            claims["iat"] = iat.clone();
        }
        let answer = api.get("/api/v1/notifications", &hs(&claims)).await;
        assert_eq!(answer.status == 200, allowed, "{iat:?} {exp}");
        if !allowed {
            let problem = answer.is_problem(401, "unauthenticated");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("86400 s"), "{detail}");
            assert!(detail.contains("JWT_MAX_LIFE"), "{detail}");
        }
    }
    // Without a bound the last second of the year 9999 is a moment like any other.
    let api = TestApi::with_keys(settings(None)).await;
    assert_eq!(status(&api, &hs(&with("exp", json!(year_9999)))).await, 200);
}

#[tokio::test]
async fn a_known_tenant_is_not_asked_for_again_at_once() {
    let api = TestApi::new().await;
    for _ in 0..20 {
        let request = post(&token("acme", "s", "inbox")).body(axum::body::Body::empty());
        api.call(request.unwrap())
            .await
            .is_problem(403, "insufficient_scope");
        assert_eq!(status(&api, &user("nobody", "u1")).await, 401);
    }
    assert_eq!(api.storage.calls(&["tenant"]), 2);
}

#[test]
fn settings_that_cannot_work_name_their_variable() {
    let secret = |text: &str| Some(SecretString::from(text));
    let refused = |settings| Keys::new(settings).expect_err("refused");
    let none = refused(KeySettings::default());
    assert_eq!(none, KeyError::NoKey);
    let short = refused(KeySettings {
        jwt_secret: secret(&SECRET[1..]),
        ..KeySettings::default()
    });
    assert_eq!(short.to_string(), "JWT_SECRET must be 32 bytes or more");
    let both = refused(KeySettings {
        jwt_secret: secret(SECRET),
        jwks_url: Some("https://id.example/keys".into()),
        ..KeySettings::default()
    });
    assert_eq!(both, KeyError::Contradiction);
    for (pem, error) in [
        ("nonsense".to_owned(), KeyError::UnreadablePublicKey),
        (ed_pair().private_pem, KeyError::PrivateKey),
    ] {
        let settings = KeySettings {
            jwt_public_key_pem: Some(pem),
            ..KeySettings::default()
        };
        assert_eq!(refused(settings), error);
    }
    for url in ["nonsense", "ftp://id.example/", "file:///etc/passwd"] {
        let settings = KeySettings {
            jwks_url: Some(url.into()),
            ..KeySettings::default()
        };
        assert_eq!(refused(settings), KeyError::BadJwksUrl);
    }
    let one_line = KeySettings {
        jwt_public_key_pem: Some(ec_pair().public_pem.replace('\n', "\\n")),
        ..KeySettings::default()
    };
    assert!(Keys::new(one_line).is_ok());
}

/// The name of a deleted tenant can be used again; what was issued for the old one is not valid for the new one.
#[tokio::test]
async fn a_token_from_before_its_tenant_was_created_is_rejected() {
    let api = TestApi::new().await;
    let issued = |seconds_ago: i64| with("iat", json!(Utc::now().timestamp() - seconds_ago));
    assert_eq!(status(&api, &hs(&issued(60))).await, 200);
    assert_eq!(status(&api, &hs(&issued(15 * 60))).await, 401);
}
