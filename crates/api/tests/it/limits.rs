//! How often callers may come, and what they are answered.

use campanile_api::identity::CallRates;

use crate::support::{TestApi, get, message, service, token, user};

const COUNT: &str = "/api/v1/notifications/count";

async fn rules(set: impl FnOnce(&mut CallRates)) -> TestApi {
    let mut rules = CallRates::default();
    set(&mut rules);
    TestApi::with_rules(rules).await
}

#[tokio::test]
async fn an_empty_bucket_refuses_and_says_which_and_when() {
    let api = rules(|rules| rules.user = "2/h".parse().ok()).await;
    for left in ["1", "0"] {
        let answer = api.get(COUNT, &user("acme", "u1")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-limit"), Some("2"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(left));
        let reset: u64 = answer.header("ratelimit-reset").unwrap().parse().unwrap();
        assert!((1_000..=3_600).contains(&reset), "{reset}");
    }
    let answer = api.get(COUNT, &user("acme", "u1")).await;
    let json = answer.is_problem(429, "rate_limited");
    assert!(
        json["detail"].as_str().unwrap().contains("`user`"),
        "{json}"
    );
    assert_eq!(answer.header("ratelimit-remaining"), Some("0"));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1_700..=1_800).contains(&wait), "{wait}");
    // Another user, and a namesake elsewhere, have buckets of their own.
    for token in [user("acme", "u2"), user("other", "u1")] {
        assert_eq!(api.get(COUNT, &token).await.status, 200);
    }
}

#[tokio::test]
async fn kinds_of_calls_are_counted_apart_and_the_tenant_together() {
    let api = rules(|rules| {
        rules.tenant = "3/h".parse().ok();
        rules.send = "1/h".parse().ok();
    })
    .await;
    assert_eq!(api.post(message(&["u"]).to_string()).await.status, 202);
    let refused = api.post(message(&["u"]).to_string()).await;
    let json = refused.is_problem(429, "rate_limited");
    assert!(
        json["detail"].as_str().unwrap().contains("`send`"),
        "{json}"
    );
    // What was refused took nothing from the tenant's bucket.
    for _ in 0..2 {
        assert_eq!(api.get(COUNT, &user("acme", "u")).await.status, 200);
    }
    let answer = api.get(COUNT, &user("acme", "u")).await;
    let json = answer.is_problem(429, "rate_limited");
    assert!(
        json["detail"].as_str().unwrap().contains("`tenant`"),
        "{json}"
    );
    let others = api.get(COUNT, &user("other", "u")).await;
    assert_eq!(others.status, 200);
}

#[tokio::test]
async fn a_platforms_calls_count_for_the_tenant_it_names() {
    let api = rules(|rules| rules.tenant = "1/h".parse().ok()).await;
    let platform = token("other", "p", "platform inbox");
    let mut request = get(COUNT, &platform);
    request
        .headers_mut()
        .insert("x-tenant", "acme".parse().unwrap());
    assert_eq!(api.call(request).await.status, 200);
    api.get(COUNT, &user("acme", "u"))
        .await
        .is_problem(429, "rate_limited");
    assert_eq!(api.get(COUNT, &user("other", "u")).await.status, 200);
}

#[tokio::test]
async fn nothing_is_counted_without_a_credential_and_probes_never() {
    let api = rules(|rules| {
        rules.tenant = "1/h".parse().ok();
        rules.inbox = "1/h".parse().ok();
    })
    .await;
    for _ in 0..3 {
        api.get(COUNT, "forged")
            .await
            .is_problem(401, "unauthenticated");
        let wrong_scope = api.get(COUNT, &service("acme")).await;
        wrong_scope.is_problem(403, "insufficient_scope");
        for path in [
            "/healthz",
            "/readyz",
            "/metrics",
            "/api/v1/notifications/health",
        ] {
            let answer = api.get(path, "").await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("ratelimit-limit"), None, "{path}");
        }
    }
    assert_eq!(api.get(COUNT, &user("acme", "u")).await.status, 200);
    let answer = api.get("/metrics", "").await;
    assert!(!answer.text.contains("bucket=\"acme\""));
}

#[tokio::test]
async fn without_limits_there_are_no_headers() {
    let answer = TestApi::new().await.get(COUNT, &user("acme", "u")).await;
    assert_eq!(answer.header("ratelimit-limit"), None);
}
