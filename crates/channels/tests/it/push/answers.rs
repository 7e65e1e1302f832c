//! Answers over the wire, and connections that give none.

use std::time::Duration;

use campanile_channels::push::ServiceAccount;
use campanile_domain::{Blame, OutcomeKind};
use campanile_test_support::fcm::{FcmReply, FcmServer};
use campanile_test_support::proxy::FaultProxy;

use super::{account, channel, channel_of, send};

const FLOOR: Option<Duration> = Some(Duration::from_secs(10));
/// Longer than any bound of a call.
const NEVER: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn each_device_has_its_own_answer() {
    use Blame::{Account, Addressee, Platform};
    use OutcomeKind::{AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry};
    let server = FcmServer::start().await;
    let channel = channel(&server);
    let quota = FcmReply::error(429, "QUOTA_EXCEEDED");
    for (device, reply, kind, code, blame) in [
        (
            "gone",
            FcmReply::error(404, "UNREGISTERED"),
            AddressGone,
            "UNREGISTERED",
            Addressee,
        ),
        (
            "alien",
            FcmReply::error(403, "SENDER_ID_MISMATCH"),
            Rejected,
            "SENDER_ID_MISMATCH",
            Addressee,
        ),
        (
            "odd",
            FcmReply::error(400, "INVALID_ARGUMENT"),
            Rejected,
            "INVALID_ARGUMENT",
            Addressee,
        ),
        (
            "much",
            quota.header("retry-after", "37"),
            Retry,
            "QUOTA_EXCEEDED",
            Account,
        ),
        (
            "down",
            FcmReply::error(503, "UNAVAILABLE"),
            Retry,
            "UNAVAILABLE",
            Account,
        ),
        (
            "broken",
            FcmReply::error(500, "INTERNAL"),
            Retry,
            "INTERNAL",
            Account,
        ),
        (
            "key",
            FcmReply::error(401, "THIRD_PARTY_AUTH_ERROR"),
            Misconfigured,
            "THIRD_PARTY_AUTH_ERROR",
            Platform,
        ),
        (
            "page",
            FcmReply::raw(200, "<html>"),
            Ambiguous,
            "200",
            Account,
        ),
        ("empty", FcmReply::raw(503, ""), Ambiguous, "503", Account),
        (
            "half",
            FcmReply::taken().breaking_off(),
            Ambiguous,
            "connection_lost",
            Account,
        ),
        (
            "half-gone",
            FcmReply::error(404, "UNREGISTERED").breaking_off(),
            Ambiguous,
            "connection_lost",
            Account,
        ),
        (
            "endless",
            FcmReply::raw(200, vec![b' '; 70_000]),
            Ambiguous,
            "connection_lost",
            Account,
        ),
        ("well", FcmReply::taken(), Delivered, "200", Addressee),
    ] {
        server.answer_for(device, [reply]);
        let outcome = send(&channel, &format!("token:{device}")).await;
        let seen = (outcome.kind, outcome.code.as_str(), outcome.blame);
        assert_eq!(seen, (kind, code, blame), "{device}");
        let waits = matches!(kind, Retry | Ambiguous) || blame == Platform;
        assert_eq!(outcome.floor, FLOOR.filter(|_| waits), "{device}");
        let wish = (device == "much").then(|| Duration::from_secs(37));
        assert_eq!(outcome.retry_after, wish, "{device}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_never_leaves() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    for address in ["", "device", "topic:news", "token:", "token:a b"] {
        let outcome = send(&channel, address).await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Rejected, "invalid_address")
        );
    }
    assert_eq!((server.exchanges(), server.received().len()), (0, 0));
}

#[tokio::test]
async fn what_never_left_is_tried_again_and_what_may_have_arrived_is_ambiguous() {
    let server = FcmServer::start().await;
    let upstream = server.endpoint().replace("http://", "");
    let proxy = FaultProxy::start(&upstream).await;
    let endpoint = Some(format!("http://{}", proxy.address()));
    let channel = channel_of(
        &ServiceAccount {
            endpoint,
            ..account(&server)
        },
        1,
    );
    server.answer_for("slow", [FcmReply::taken().after(NEVER)]);
    let cut = async {
        server.wait_for(1).await;
        proxy.cut();
    };
    let (lost, ()) = tokio::join!(send(&channel, "token:slow"), cut);
    assert_eq!(
        (lost.kind, lost.code.as_str(), lost.floor),
        (OutcomeKind::Ambiguous, "connection_lost", FLOOR)
    );
    let refused = send(&channel, "token:slow").await;
    assert_eq!(
        (refused.kind, refused.code.as_str(), refused.floor),
        (OutcomeKind::Retry, "connect", FLOOR)
    );
}

#[tokio::test]
async fn names_that_lead_nowhere_say_which_setting_has_them() {
    let server = FcmServer::start().await;
    let nowhere = Some("http://campanile.invalid/".to_owned());
    let endpoint = ServiceAccount {
        endpoint: nowhere.clone(),
        ..account(&server)
    };
    let token_uri = ServiceAccount {
        token_uri: nowhere,
        ..account(&server)
    };
    for (account, field) in [(endpoint, "endpoint"), (token_uri, "token_uri")] {
        let outcome = send(&channel_of(&account, 1), "token:device").await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Retry, "dns")
        );
        assert!(outcome.detail.contains(field), "{}", outcome.detail);
    }
}

#[tokio::test]
async fn silence_after_the_request_is_ambiguous_after_fifteen_seconds() {
    let server = FcmServer::start().await;
    let channel = channel(&server);
    server.answer_for("slow", [FcmReply::taken().after(NEVER)]);
    let begun = async {
        server.wait_for(1).await;
        // From here on only clocks move: the next one to ring is the call's own.
        tokio::time::pause();
    };
    let since = tokio::time::Instant::now();
    let (outcome, ()) = tokio::join!(send(&channel, "token:slow"), begun);
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Ambiguous, "timeout")
    );
    let took = since.elapsed();
    assert!((15..30).contains(&took.as_secs()), "{took:?}");
}
