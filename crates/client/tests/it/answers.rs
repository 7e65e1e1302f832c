//! What is tried again, for how long, and what the caller hears.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use campanile_client::{
    Client, Error, Failure, IdempotencyKey, Outcome, RetryPolicy, TokenFuture, TokenSource,
};
use serde_json::{Value, json};

use crate::service::{Script, Service};
use crate::{builder, notification, once, quick};

fn say(status: u16, code: &str) -> Script {
    Script::Say(status, json!({"code": code}), 0)
}

#[tokio::test]
async fn what_may_pass_is_tried_again_under_the_same_key() {
    let service = Service::start();
    service.script([
        say(500, "internal_error"),
        say(502, ""),
        say(429, "rate_limited"),
        say(408, "body_timeout"),
        say(409, "idempotency_key_in_use"),
        Script::Portal,
        Script::LoseAnswer,
    ]);
    let client = builder(&service).timeout(Duration::from_millis(300));
    let client = client.build().await.unwrap();
    let outcome = client.send(&notification("u", 1)).await.unwrap();
    let Outcome::Accepted(accepted) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((accepted.accepted, accepted.notifications.len()), (1, 1));
    assert!(accepted.replayed, "the lost answer was that it is accepted");
    assert_eq!((service.accepted().len(), service.requests()), (1, 8));
}

#[tokio::test]
async fn retry_after_is_never_shortened() {
    let service = Service::start();
    service.script([Script::Say(503, json!({"code": "overloaded"}), 1)]);
    let client = builder(&service).build().await.unwrap();
    let begun = Instant::now();
    client.send(&notification("u", 1)).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // Longer than the budget: the caller hears at once.
    service.script([Script::Say(429, json!({"code": "rate_limited"}), 60)]);
    let begun = Instant::now();
    let refused = client.send(&notification("u", 2)).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    let Err(Error::Unavailable {
        attempts: 1,
        last: Failure::Later(problem),
        ..
    }) = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(problem.code, "rate_limited");
}

#[tokio::test]
async fn a_key_of_our_own_that_is_known_stands_for_an_earlier_attempt() {
    let service = Service::start();
    let client = builder(&service).build().await.unwrap();
    let reused = || say(422, "idempotency_key_reused");
    service.script([say(503, "unavailable"), reused()]);
    let outcome = client.send(&notification("u", 1)).await.unwrap();
    let Outcome::Accepted(accepted) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((accepted.accepted, accepted.replayed), (1, true));
    assert!(accepted.notifications.is_empty(), "no answer had the ids");
    // There was no earlier attempt.
    service.script([reused()]);
    let first = client.send(&notification("u", 2)).await;
    assert!(matches!(first, Err(Error::Refused(_))), "{first:?}");
    // It may be another call's.
    service.script([say(503, "unavailable"), reused()]);
    let callers = notification("u", 3).idempotency_key(IdempotencyKey::new("mine").unwrap());
    let callers = client.send(&callers).await;
    assert!(matches!(callers, Err(Error::Refused(_))), "{callers:?}");
}

#[tokio::test]
async fn a_refusal_is_reported_at_once_with_every_field() {
    let service = Service::start();
    let errors =
        json!([{"field": "/recipients/3", "code": "too_long", "detail": "128 bytes at most"}]);
    let problem = json!({"code": "validation_failed", "detail": "wrong", "request_id": "r-1", "errors": errors});
    service.script([Script::Say(422, problem, 0)]);
    let client = builder(&service).build().await.unwrap();
    let Err(Error::Refused(problem)) = client.send(&notification("u", 1)).await else {
        panic!("accepted")
    };
    assert_eq!((problem.status, problem.request_id.as_str()), (422, "r-1"));
    assert_eq!(problem.errors[0].field, "/recipients/3");
    assert_eq!(service.requests(), 1);
}

#[tokio::test]
async fn without_a_spool_the_caller_gets_the_key_to_try_again_with() {
    let mut service = Service::start();
    service.down();
    let policy = RetryPolicy {
        budget: Duration::from_millis(100),
        ..quick()
    };
    let client = builder(&service).retry(policy).build().await.unwrap();
    let failed = client.send(&notification("u", 1)).await;
    let Err(Error::Unavailable {
        key,
        attempts,
        last: Failure::Transport(_),
    }) = failed
    else {
        panic!("{failed:?}")
    };
    assert!(attempts > 1);
    service.up();
    client
        .send(&notification("u", 1).idempotency_key(key.clone()))
        .await
        .unwrap();
    assert_eq!(service.accepted()[0].key, key.as_str());
}

/// Its tokens are `token-0`, `token-1`, …, the next one after each refusal.
#[derive(Clone, Default)]
struct Rotating(Arc<AtomicU32>);

impl TokenSource for Rotating {
    fn token(&self) -> TokenFuture<'_> {
        let number = self.0.load(Ordering::Relaxed);
        Box::pin(async move { Ok(format!("token-{number}")) })
    }

    fn refused(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let service = Service::start();
    service.only_token("token-1");
    let client = builder(&service).token_source(Rotating::default());
    let client = client.build().await.unwrap();
    client.send(&notification("u", 1)).await.unwrap();
    assert_eq!(service.requests(), 2);
    service.only_token("token-9");
    let refused = client.send(&notification("u", 2)).await;
    assert!(matches!(refused, Err(Error::Refused(problem)) if problem.status == 401));
    assert_eq!(service.requests(), 4);
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_a_service_that_cannot_be_reached() {
    let service = Service::start();
    let failing = || async { Err::<String, _>(std::io::Error::other("no identity service")) };
    let client = Client::builder(service.url())
        .token_source(failing)
        .retry(once());
    let client = client.build().await.unwrap();
    let failed = client.send(&notification("u", 1)).await;
    assert!(
        matches!(
            failed,
            Err(Error::Unavailable {
                last: Failure::Token(_),
                ..
            })
        ),
        "{failed:?}"
    );
    assert_eq!(service.requests(), 0);
}

#[tokio::test]
async fn a_timeline_is_read() {
    let service = Service::start();
    let id = "01999999-0000-7000-8000-000000000000";
    let story: Value = json!({"id": id, "user_id": "u", "notification_type": "t", "status": "sent",
        "created_at": "2026-11-21T12:00:00Z", "events": [{"at": "2026-11-21T12:00:00Z", "what": "accepted", "why": null}],
        "deliveries": [{"id": id, "channel": "webhook", "address": "https://…", "status": "sent", "reason": null,
            "next_attempt_at": null, "attempts": [{"number": 1, "started_at": "2026-11-21T12:00:00Z", "duration_ms": 3,
                "outcome": "delivered", "code": "200", "detail": "", "retry_at": null, "provider": "main"}]}]});
    service.script([say(503, "overloaded"), Script::Say(200, story, 0)]);
    let client = builder(&service).build().await.unwrap();
    let timeline = client.timeline(id.parse().unwrap()).await.unwrap();
    assert_eq!(timeline.deliveries[0].attempts[0].outcome, "delivered");
    service.script([say(404, "notification_not_found")]);
    let gone = client.timeline(id.parse().unwrap()).await;
    assert!(matches!(gone, Err(Error::Refused(problem)) if problem.status == 404));
}
