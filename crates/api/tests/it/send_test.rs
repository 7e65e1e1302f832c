//! `POST /api/v1/notifications/test`.

use std::time::Duration;

use campanile_domain::{Channel, DeliveryState, TenantId};
use campanile_storage::Storage;
use campanile_storage_contract::fixture::finished;
use chrono::{TimeDelta, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, make_reachable, send_json, service, token, user, work};

async fn test(api: &TestApi, token: &str, body: &Value) -> Answer {
    let path = "/api/v1/notifications/test";
    api.call(send_json("POST", path, token, body.to_string()))
        .await
}

fn to_inbox(user_id: Value) -> Value {
    json!({"message": "Hi", "level": "info", "channels": ["in_app"], "user_id": user_id})
}

/// Stands for a worker: records what came of the push once the notification is there.
async fn deliver(storage: &dyn Storage, state: DeliveryState) {
    let acme = TenantId::parse("acme").unwrap();
    let mut is_done = false;
    while !is_done {
        tokio::time::sleep(Duration::from_millis(5)).await;
        work(storage, &acme, Channel::Push, |job| {
            is_done = true;
            let mut result = finished(job, state);
            let again = Utc::now() + TimeDelta::minutes(1);
            result.next_attempt_at = (state == DeliveryState::Retrying).then_some(again);
            let attempt = result.attempt.as_mut().unwrap();
            attempt.code = "503".into();
            attempt.detail = "busy".into();
            result
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_outcome_of_each_channel_is_reported() {
    for state in [DeliveryState::Sent, DeliveryState::Retrying] {
        let api = TestApi::new().await;
        let body = json!({"message": "Hi", "level": "error", "channels": ["in_app", "push"]});
        make_reachable(&api, "acme").await;
        let worker = deliver(api.storage.as_ref(), state);
        let token = user("acme", "u1");
        let (answer, ()) = tokio::join!(test(&api, &token, &body), worker);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let json = answer.json();
        let results = json["results"].as_object().unwrap();
        assert_eq!(results.len(), 2, "{json}");
        assert_eq!(results["in_app"]["status"], "sent");
        assert_eq!(results["push"]["status"], state.name());
        assert_eq!(results["push"]["detail"], "503: busy");
        assert!(results["push"]["duration_ms"].is_u64());
        let inbox = api.get("/api/v1/notifications", &token).await.json();
        let item = &inbox["notifications"][0];
        assert_eq!(
            (&item["notification_type"], &item["priority"]),
            (&json!("test"), &json!("high"))
        );
        assert_eq!(item["content"], json!({"message": "Hi", "level": "error"}));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_unfinished_says_so_in_time() {
    let api = TestApi::new().await;
    let body = json!({"message": "Hi", "channels": ["push", "in_app"]});
    let begun = tokio::time::Instant::now();
    let answer = test(&api, &user("acme", "u1"), &body).await;
    let took = begun.elapsed();
    assert!(
        (Duration::from_secs(14)..Duration::from_secs(16)).contains(&took),
        "{took:?}"
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    assert_eq!(json["results"]["push"]["status"], "queued");
    assert_eq!(json["results"]["in_app"]["status"], "sent");
}

#[tokio::test(start_paused = true)]
async fn neither_a_user_nor_a_tenant_takes_all_seats() {
    let api = TestApi::new().await;
    // Nothing is delivered here, so each waits for as long as tests do.
    let body = json!({"message": "Hi", "channels": ["push"]});
    let call = async |tenant: &str, id: &str| test(&api, &user(tenant, id), &body).await;
    let greedy = (0..64).map(|_| call("acme", "u1"));
    let (of_one, neighbour, stranger) = tokio::join!(
        futures_util::future::join_all(greedy),
        call("acme", "u2"),
        call("other", "u1")
    );
    let (waited, refused): (Vec<_>, Vec<_>) = of_one.iter().partition(|a| a.status == 200);
    assert_eq!((waited.len(), refused.len()), (4, 60));
    refused[0].is_problem(503, "overloaded");
    assert_eq!(refused[0].header("retry-after"), Some("1"));
    assert_eq!(
        (neighbour.status, stranger.status),
        (StatusCode::OK, StatusCode::OK)
    );

    let many: Vec<_> = (0..64).map(|n| format!("u{n}")).collect();
    let of_tenant = many.iter().map(|id| call("acme", id));
    let (of_tenant, stranger) = tokio::join!(
        futures_util::future::join_all(of_tenant),
        call("other", "u1")
    );
    let waited = of_tenant.iter().filter(|a| a.status == 200).count();
    assert_eq!((waited, stranger.status), (16, StatusCode::OK));
}

#[tokio::test]
async fn users_send_to_themselves_and_services_name_somebody() {
    let api = TestApi::new().await;
    let both = token("acme", "u1", "notifications:send inbox");
    for (token, user_id, status) in [
        (user("acme", "u1"), json!(null), 200),
        (user("acme", "u1"), json!("u1"), 200),
        (service("acme"), json!("u1"), 200),
        (both.clone(), json!(null), 200),
        (both, json!("u9"), 200),
        (user("acme", "u1"), json!("u9"), 403),
        (service("acme"), json!(null), 422),
        (token("acme", "u1", "admin"), json!("u1"), 403),
    ] {
        let answer = test(&api, &token, &to_inbox(user_id.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{user_id} {}", answer.text);
    }
    let nobody = test(&api, &service("acme"), &to_inbox(json!(null))).await;
    nobody.names_wrong(&[("/user_id", "required")]);
    let inbox = api
        .get("/api/v1/notifications/count", &user("acme", "u9"))
        .await;
    assert_eq!(inbox.json()["count"], 1);
}
