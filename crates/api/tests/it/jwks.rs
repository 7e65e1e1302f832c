//! Keys that an identity provider publishes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use campanile_api::identity::{Claims, KeySettings, Keys, TokenError};
use chrono::Utc;
use http::StatusCode;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Header, encode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Pair, claims, ec_pair, ed_pair, rsa_pair};

/// An identity provider whose list and health tests change.
#[derive(Clone, Default)]
pub struct Provider {
    list: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(&self) -> Keys {
        Keys::new(self.settings().await).unwrap()
    }

    /// Starts it; gives the settings that name it.
    pub async fn settings(&self) -> KeySettings {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/keys", get(answer))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        KeySettings {
            jwks_url: Some(url),
            ..KeySettings::default()
        }
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    pub fn publish(&self, keys: &[Value]) {
        *self.list.lock().unwrap() = Some(json!({"keys": keys}));
    }
}

async fn answer(State(provider): State<Provider>) -> Result<String, StatusCode> {
    provider.asked.fetch_add(1, Ordering::Relaxed);
    let list = provider.list.lock().unwrap();
    let list = list.as_ref().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(list.to_string())
}

pub fn jwk(pair: &Pair, kid: &str) -> Value {
    let mut jwk = Jwk::from_encoding_key(&pair.signing, pair.algorithm).unwrap();
    jwk.common.key_id = Some(kid.into());
    serde_json::to_value(jwk).unwrap()
}

pub fn sign(pair: &Pair, kid: Option<&str>, claims: &Claims) -> String {
    let mut header = Header::new(pair.algorithm);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &pair.signing).unwrap()
}

async fn verify(keys: &Keys, token: &str) -> Result<(), TokenError> {
    keys.verify(token, Utc::now()).await.map(|_| ())
}

#[tokio::test]
async fn each_token_is_checked_with_the_key_it_names() {
    let provider = Provider::default();
    let pairs = [rsa_pair(), ec_pair(), ed_pair()];
    let mut list: Vec<_> = pairs
        .iter()
        .zip(["r", "e", "d"])
        .map(|(pair, kid)| jwk(pair, kid))
        .collect();
    // What others use is left out and spoils nothing.
    list.push(json!({"kty": "oct", "kid": "shared", "k": "AAAA"}));
    list.push(json!({"kty": "quantum", "kid": "q"}));
    list.push(json!("nonsense"));
    provider.publish(&list);
    let keys = provider.start().await;
    let claims = claims("acme", "u1", "inbox");

    for (pair, kid) in pairs.iter().zip(["r", "e", "d"]) {
        assert_eq!(verify(&keys, &sign(pair, Some(kid), &claims)).await, Ok(()));
    }
    for (pair, kid) in pairs.iter().zip([Some("e"), Some("r"), None]) {
        let token = sign(pair, kid, &claims);
        assert_eq!(
            verify(&keys, &token).await,
            Err(TokenError::Invalid),
            "{kid:?}"
        );
    }
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
}

/// RFC 7517 section 4.5: keys of different kinds may share an id, as equivalents of each other.
#[tokio::test]
async fn keys_that_share_an_id_are_distinguished_by_their_algorithm() {
    let pairs = [rsa_pair(), ec_pair(), ed_pair()];
    let claims = claims("acme", "u1", "inbox");
    // In whichever order they are published.
    for turn in 0..pairs.len() {
        let provider = Provider::default();
        let mut list: Vec<_> = pairs.iter().map(|pair| jwk(pair, "shared")).collect();
        list.rotate_left(turn);
        provider.publish(&list);
        let keys = provider.start().await;
        for pair in &pairs {
            let good = sign(pair, Some("shared"), &claims);
            assert_eq!(verify(&keys, &good).await, Ok(()), "{:?}", pair.algorithm);
        }
        for stranger in [rsa_pair(), ec_pair(), ed_pair()] {
            let forged = sign(&stranger, Some("shared"), &claims);
            assert_eq!(verify(&keys, &forged).await, Err(TokenError::Invalid));
        }
    }
}

#[tokio::test]
async fn unknown_key_ids_do_not_flood_the_provider_and_an_outage_costs_nothing() {
    let provider = Provider::default();
    let pair = ed_pair();
    provider.publish(&[jwk(&pair, "d")]);
    let keys = provider.start().await;
    let claims = claims("acme", "u1", "inbox");
    assert_eq!(
        verify(&keys, &sign(&pair, Some("d"), &claims)).await,
        Ok(())
    );
    // The only key also serves tokens that name none.
    assert_eq!(verify(&keys, &sign(&pair, None, &claims)).await, Ok(()));

    *provider.list.lock().unwrap() = None;
    for i in 0..50 {
        let kid = format!("forged-{i}");
        let token = sign(&pair, Some(&kid), &claims);
        assert_eq!(verify(&keys, &token).await, Err(TokenError::Invalid));
    }
    assert_eq!(
        verify(&keys, &sign(&pair, Some("d"), &claims)).await,
        Ok(())
    );
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1, "once in 30 s");
}

#[tokio::test]
async fn without_any_keys_nobody_can_tell() {
    let provider = Provider::default();
    let keys = provider.start().await;
    let token = sign(&ed_pair(), Some("d"), &claims("acme", "u1", "inbox"));
    assert_eq!(
        verify(&keys, &token).await,
        Err(TokenError::KeysUnavailable)
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_after_the_pause() {
    let provider = Provider::default();
    let (old, new) = (ed_pair(), ed_pair());
    provider.publish(&[jwk(&old, "old")]);
    let keys = provider.start().await;
    let claims = claims("acme", "u1", "inbox");
    assert_eq!(
        verify(&keys, &sign(&old, Some("old"), &claims)).await,
        Ok(())
    );
    provider.publish(&[jwk(&old, "old"), jwk(&new, "new")]);
    let token = sign(&new, Some("new"), &claims);
    assert_eq!(verify(&keys, &token).await, Err(TokenError::Invalid));
    tokio::time::advance(std::time::Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(verify(&keys, &token).await, Ok(()));
}
