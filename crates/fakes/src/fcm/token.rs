//! `POST /token`: an access token for a claim that holds.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::json;

use super::server::Shared;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[derive(Deserialize)]
struct Claims {
    scope: String,
    iat: u64,
    exp: u64,
}

pub(super) async fn token(State(shared): State<Arc<Shared>>, form: String) -> Response<Body> {
    let scripted = {
        let mut state = shared.state();
        state.exchanges += 1;
        state.token_script.pop_front()
    };
    if let Some(reply) = scripted {
        return reply.into_response().await;
    }
    match verify(&shared, &form) {
        Ok(()) => {
            let (token, life) = shared.state().issue();
            let body = json!({"access_token": token, "expires_in": life, "token_type": "Bearer"});
            Json(body).into_response()
        }
        Err(why) => {
            let body = json!({"error": "invalid_grant", "error_description": why});
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn verify(shared: &Shared, form: &str) -> Result<(), String> {
    // The one way to read a form without one more dependency: as the query of an address.
    let form = reqwest::Url::parse(&format!("http://form/?{form}")).map_err(|e| e.to_string())?;
    let field = |name: &str| {
        let found = form.query_pairs().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .ok_or(format!("no {name}"))
    };
    if field("grant_type")? != GRANT_TYPE {
        return Err("another grant_type".into());
    }
    let assertion = field("assertion")?;
    let account = &shared.account;
    let header = decode_header(&assertion).map_err(|e| e.to_string())?;
    if header.kid.as_deref() != Some(&account.private_key_id) {
        return Err("another kid".into());
    }
    let key = DecodingKey::from_rsa_pem(account.public_key.as_bytes()).expect("our own key");
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[&shared.token_uri]);
    rules.set_issuer(&[&account.client_email]);
    rules.set_required_spec_claims(&["exp", "aud", "iss"]);
    rules.leeway = 5;
    let claims: Claims = decode(&assertion, &key, &rules)
        .map_err(|e| e.to_string())?
        .claims;
    match claims {
        _ if claims.scope != SCOPE => Err("another scope".into()),
        _ if claims.exp.saturating_sub(claims.iat) > 3_600 => Err("longer than an hour".into()),
        _ => Ok(()),
    }
}
