//! Every forged, stale and misshapen token we know of, against every kind of key.
//!
//! What is forged gets one and the same answer, so that nobody learns which part of a guess was right.

mod carriers;
mod claims;
mod forger;
mod signatures;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Answer;
use forger::Forger;

/// What a token is, and the token.
type Case = (&'static str, String);

/// The answer to a refused token, without what differs from request to request.
fn refused(what: &str, answer: &Answer) -> Value {
    assert_eq!(answer.status, 401, "{what}: {}", answer.text);
    let mut json = answer.is_problem(401, "unauthenticated");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer realm="), "{what}");
    let members = json.as_object_mut().unwrap();
    members.remove("request_id").unwrap();
    let names: BTreeSet<_> = members.keys().map(String::as_str).collect();
    let expected = ["code", "detail", "status", "status_code", "title", "type"];
    assert_eq!(names, expected.into(), "{what}");
    json
}

#[tokio::test]
async fn no_forged_or_stale_token_passes_whatever_the_key() {
    let mut counted = Vec::new();
    for forger in Forger::one_for_each_kind_of_key().await {
        let name = forger.name;
        for (what, token) in forger.good() {
            let answer = forger.call(&token).await;
            assert_eq!(answer.status, 200, "{name}: {what}: {}", answer.text);
        }
        let forged = signatures::forged(&forger);
        for (what, token) in &forged {
            let answer = refused(what, &forger.call(token).await);
            assert_eq!(answer["detail"], "The token is not valid", "{name}: {what}");
        }
        let misshapen = claims::misshapen(&forger);
        for (what, token) in &misshapen {
            let answer = refused(what, &forger.call(token).await);
            assert_eq!(answer["detail"], "The token is not valid", "{name}: {what}");
        }
        // Genuine ones: their holder hears which claim it was, and nothing of its value.
        let stale = claims::stale(&forger);
        for (what, token, reason) in &stale {
            let answer = refused(what, &forger.call(token).await);
            assert_eq!(answer["detail"], *reason, "{name}: {what}");
        }
        let cases = forged.len() + misshapen.len() + stale.len();
        assert!(cases >= 40, "{name}: {cases}");
        counted.push(format!("{name} {cases}"));
    }
    println!("tokens refused: {}", counted.join(", "));
}
