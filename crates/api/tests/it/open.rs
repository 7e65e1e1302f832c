//! Probes, numbers, the health report.

use campanile_api::{ComponentHealth, HealthSnapshot, operations_router};
use campanile_domain::{Random, SystemClock};

use crate::support::{TestApi, healthy};

#[tokio::test]
async fn liveness_looks_at_nothing_else() {
    let api = TestApi::new().await;
    api.storage.go_down();
    api.draining.start();
    assert_eq!(api.get("/healthz", "").await.status, 200);
}

#[tokio::test]
async fn readiness_follows_the_database_and_the_shutdown() {
    let api = TestApi::new().await;
    assert_eq!(api.get("/readyz", "").await.status, 200);
    api.storage.go_down();
    let answer = api.get("/readyz", "").await;
    answer.is_problem(503, "not_ready");
    assert_eq!(answer.header("retry-after"), Some("1"));
    api.storage.recover();
    assert_eq!(api.get("/readyz", "").await.status, 200);
    api.draining.start();
    api.get("/readyz", "").await.is_problem(503, "not_ready");
}

#[tokio::test]
async fn requests_are_counted_by_pattern() {
    let api = TestApi::new().await;
    let path = "/api/v1/notifications/00000000-0000-7000-8000-00000000cafe/timeline";
    api.get(path, "").await;
    let answer = api.get("/metrics", "").await;
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert!(
        answer.text.contains("/api/v1/notifications/{id}/timeline"),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("cafe"));
}

#[tokio::test]
async fn a_worker_offers_the_probes_and_nothing_else() {
    let mut api = TestApi::new().await;
    api.router = operations_router(
        api.storage.clone(),
        api.draining.clone(),
        std::sync::Arc::new(SystemClock),
        Random::system(),
    );
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(api.get(path, "").await.status, 200, "{path}");
    }
    for path in ["/api/v1/notifications", "/docs", "/api/v1/openapi.json"] {
        api.get(path, "").await.is_problem(404, "not_found");
    }
    api.draining.start();
    api.get("/readyz", "").await.is_problem(503, "not_ready");
}

async fn report(snapshot: HealthSnapshot) -> (u16, serde_json::Value) {
    let api = TestApi::with_health(snapshot).await;
    let answer = api.get("/api/v1/notifications/health", "").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn the_report_tells_healthy_degraded_and_unhealthy_apart() {
    let (status, json) = report(healthy()).await;
    assert_eq!((status, &json["status"]), (200, &"healthy".into()));
    assert_eq!(json["components"]["database"]["status"], "healthy");
    assert_eq!(json["components"]["database"]["latency_ms"], 2.0);
    assert_eq!(json["components"]["redis"]["status"], "disabled");
    assert_eq!(json["queue_depth"], 7);
    assert_eq!(json["dlq_depth"], 3);
    assert_eq!(json["dispatcher_uptime_s"], 60);
    let cache = serde_json::json!({"size": 5, "hit_rate": 0.75});
    assert_eq!(json["cache"], cache);
    assert_eq!(json["rate_limiter"], "redis");
    assert_eq!(json["success_rate_24h"], 0.75);
    assert!(json["last_successful_send"].is_null());

    let (status, json) = report(HealthSnapshot {
        rabbitmq: ComponentHealth::UNHEALTHY,
        ..healthy()
    })
    .await;
    assert_eq!((status, &json["status"]), (200, &"degraded".into()));

    let (status, json) = report(HealthSnapshot {
        database: ComponentHealth::UNHEALTHY,
        ..healthy()
    })
    .await;
    assert_eq!((status, &json["status"]), (503, &"unhealthy".into()));
    assert_eq!(json["components"]["database"]["status"], "unhealthy");
}
