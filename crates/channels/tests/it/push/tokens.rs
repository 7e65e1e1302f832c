//! The access token: one for all, renewed early, never asked for in a storm.

use std::time::Duration;

use campanile_channels::push::ServiceAccount;
use campanile_domain::{Blame, OutcomeKind};
use campanile_test_support::fcm::{FcmAccount, FcmReply, FcmServer};

use super::{account, channel, channel_of, send};

#[tokio::test]
async fn a_hundred_calls_at_once_fetch_one_token() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    let addresses: Vec<String> = (0..100).map(|n| format!("token:device-{n}")).collect();
    let calls = addresses.iter().map(|address| send(&channel, address));
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
    assert_eq!((server.exchanges(), server.received().len()), (1, 100));
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_for_all_and_nothing_is_lost() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    send(&channel, "token:first").await;
    server.revoke_tokens();
    let calls = (0..50).map(|_| send(&channel, "token:device"));
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
    assert_eq!(server.exchanges(), 2);
}

#[tokio::test]
async fn an_account_that_is_refused_with_every_token_is_misconfigured_and_asks_once_more_only() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    server.answer(FcmReply::error(401, "UNSPECIFIED_ERROR"));
    for _ in 0..5 {
        let outcome = send(&channel, "token:device").await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Misconfigured, "UNAUTHENTICATED")
        );
        assert!(outcome.detail.contains("private_key"), "{}", outcome.detail);
    }
    assert_eq!((server.exchanges(), server.received().len()), (2, 6));
    server.answer(FcmReply::error(401, "THIRD_PARTY_AUTH_ERROR"));
    assert_eq!(
        send(&channel, "token:device").await.code,
        "THIRD_PARTY_AUTH_ERROR"
    );
    assert_eq!(server.exchanges(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_aside_before_it_ends() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    send(&channel, "token:device").await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3_600 * 3 / 4)).await;
    tokio::time::resume();
    send(&channel, "token:device").await;
    assert_eq!(server.exchanges(), 1, "three quarters are not old");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3_600 / 10)).await;
    tokio::time::resume();
    let bearer = |number: usize| server.received()[number].bearer.clone();
    let mut calls = 2;
    // The first call still takes the old one; a later one finds the new.
    while server.received().is_empty() || bearer(calls - 1) == bearer(0) {
        assert_eq!(
            send(&channel, "token:device").await.kind,
            OutcomeKind::Delivered
        );
        calls += 1;
    }
    assert!(calls > 3, "the first call did not wait");
    assert_eq!(server.exchanges(), 2);
}

#[tokio::test]
async fn an_account_that_gets_no_token_is_reported_what_to_mend_and_asks_seldom() {
    let server = FcmServer::start().await;
    let stranger = ServiceAccount {
        private_key: Some(FcmAccount::stranger_key().into()),
        ..account(&server)
    };
    let channel = channel_of(&stranger, 1);
    let calls = (0..20).map(|_| send(&channel, "token:device"));
    for outcome in futures_util::future::join_all(calls).await {
        let expected = (OutcomeKind::Misconfigured, "invalid_grant", Blame::Account);
        assert_eq!(
            (outcome.kind, outcome.code.as_str(), outcome.blame),
            expected
        );
        assert!(outcome.detail.contains("private_key"), "{}", outcome.detail);
    }
    assert_eq!((server.exchanges(), server.received().len()), (1, 0));
}

#[tokio::test]
async fn a_token_server_out_of_order_is_asked_again_later() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    server.answer_token_requests([FcmReply::raw(503, "").header("retry-after", "20")]);
    for _ in 0..3 {
        let outcome = send(&channel, "token:device").await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Retry, "503")
        );
        assert_eq!(outcome.retry_after, Some(Duration::from_secs(20)));
    }
    assert_eq!(server.exchanges(), 1);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(21)).await;
    tokio::time::resume();
    assert_eq!(
        send(&channel, "token:device").await.kind,
        OutcomeKind::Delivered
    );
}

#[tokio::test]
async fn whatever_else_the_token_server_says_is_no_reason_to_repeat_blindly() {
    use OutcomeKind::{Misconfigured, Retry};
    for (reply, kind, code) in [
        (FcmReply::raw(200, "<html>"), Retry, "token_unreadable"),
        (
            FcmReply::raw(200, r#"{"access_token":"x"}"#).breaking_off(),
            Retry,
            "connection_lost",
        ),
        (
            FcmReply::raw(401, r#"{"error":"invalid_client"}"#),
            Misconfigured,
            "invalid_client",
        ),
        (FcmReply::raw(404, "<html>"), Misconfigured, "404"),
        (FcmReply::raw(429, "{}"), Retry, "429"),
    ] {
        let server = FcmServer::start().await;
        server.answer_token_requests([reply]);
        let outcome = send(&channel(&server), "token:device").await;
        assert_eq!((outcome.kind, outcome.code.as_str()), (kind, code));
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_token_without_a_life_is_not_fetched_for_every_message() {
    let server = FcmServer::start().await;
    server.token_life(0);
    let channel = channel(&server);
    for _ in 0..3 {
        send(&channel, "token:device").await;
    }
    assert_eq!(server.exchanges(), 1);
}
