//! How often an address may come with tokens that are refused, over real sockets.

use campanile_api::identity::{FailedTokens, TrustedProxies};
use campanile_api::{ServerLimits, serve};
use reqwest::Response;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::{TestApi, token, user};

/// Fills so slowly that no test sees it.
const THREE: &str = "1/h burst 3";

struct Server {
    url: String,
    client: reqwest::Client,
    _api: TestApi,
    _stop: tokio_util::sync::DropGuard,
}

impl Server {
    /// Behind a proxy on this machine, or with callers from it.
    async fn start(behind_a_proxy: bool) -> Self {
        let networks = ["127.0.0.0/8"].iter().filter(|_| behind_a_proxy);
        let networks = networks.map(|net| net.parse().unwrap()).collect();
        let failed = FailedTokens::new(THREE.parse().ok(), TrustedProxies::new(networks));
        let api = TestApi::with_failed_tokens(failed).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "http://{}/api/v1/notifications",
            listener.local_addr().unwrap()
        );
        let stop = CancellationToken::new();
        let limits = ServerLimits::default();
        tokio::spawn(serve(listener, api.router.clone(), stop.clone(), limits));
        Self {
            url,
            client: reqwest::Client::new(),
            _api: api,
            _stop: stop.drop_guard(),
        }
    }

    async fn call(&self, token: Option<&str>, forwarded_for: &str) -> Response {
        let mut request = self.client.get(&self.url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if !forwarded_for.is_empty() {
            request = request.header("x-forwarded-for", forwarded_for);
        }
        request.send().await.unwrap()
    }

    async fn status(&self, token: Option<&str>, forwarded_for: &str) -> u16 {
        self.call(token, forwarded_for).await.status().as_u16()
    }
}

#[tokio::test]
async fn an_address_that_fails_too_often_is_reported_to_wait_and_a_valid_token_passes() {
    let server = Server::start(false).await;
    let good = user("acme", "u1");
    for _ in 0..3 {
        assert_eq!(server.status(Some("forged"), "").await, 401);
    }
    let limited = server.call(Some("forged"), "").await;
    assert_eq!(limited.status(), 429);
    let wait: u64 = limited.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    let problem: serde_json::Value = limited.json().await.unwrap();
    assert_eq!(problem["code"], "rate_limited");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("`failed_auth`"), "{detail}");
    // Neither is a failure to find the token, nor may a caller choose another address.
    assert_eq!(server.status(None, "").await, 401);
    assert_eq!(server.status(Some("forged"), "203.0.113.9").await, 429);
    // Whoever is known is not locked out, nor counted: what they lack is a right, not an identity.
    assert_eq!(server.status(Some(&good), "").await, 200);
    let sender = token("acme", "svc", "notifications:send");
    assert_eq!(server.status(Some(&sender), "").await, 403);
    let metrics = campanile_telemetry::render_metrics();
    for series in [
        "campanile_rate_limited_total{bucket=\"failed_auth\"}",
        "campanile_authentications_failed_total",
    ] {
        assert!(metrics.contains(series), "{series}");
    }
}

#[tokio::test]
async fn behind_a_proxy_each_caller_is_counted_for_itself() {
    let server = Server::start(true).await;
    for _ in 0..3 {
        assert_eq!(server.status(Some("forged"), "203.0.113.9").await, 401);
    }
    assert_eq!(server.status(Some("forged"), "203.0.113.9").await, 429);
    // What a caller writes before the proxy's own word changes nothing.
    let spoofed = "192.0.2.1, 203.0.113.9";
    assert_eq!(server.status(Some("forged"), spoofed).await, 429);
    assert_eq!(server.status(Some("forged"), "203.0.113.10").await, 401);
    assert_eq!(server.status(Some("forged"), "").await, 401);
}
