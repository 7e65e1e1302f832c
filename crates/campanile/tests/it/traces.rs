//! Spans at a collector that speaks just enough OTLP over gRPC.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use campanile_test_support::webhook::WebhookReceiver;
use tokio::net::TcpListener;

use crate::support::{Caller, Process, SECRET, token};

/// The example of the W3C Trace Context specification.
const TRACE: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<u8>>>);

impl Collector {
    async fn start(&self) -> String {
        async fn export(
            State(collector): State<Collector>,
            body: Bytes,
        ) -> [(&'static str, &'static str); 2] {
            collector.0.lock().unwrap().extend_from_slice(&body);
            [("content-type", "application/grpc"), ("grpc-status", "0")]
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
        let router = Router::new().route(path, axum::routing::post(export));
        tokio::spawn(axum::serve(listener, router.with_state(self.clone())).into_future());
        endpoint
    }

    fn has(&self, bytes: &[u8]) -> bool {
        self.0
            .lock()
            .unwrap()
            .windows(bytes.len())
            .any(|window| window == bytes)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callers_trace_goes_on_and_attempts_are_spans() {
    let (dir, collector) = (tempfile::tempdir().unwrap(), Collector::default());
    let (receiver, endpoint) = (WebhookReceiver::start().await, collector.start().await);
    let data = dir.path().to_str().unwrap();
    let url = receiver.url();
    let up = Process::start(
        &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            // The log's filter is not the traces' filter.
            ("RUST_LOG", "warn"),
            ("WEBHOOK_URL", &url),
            ("WEBHOOK_SECRET", SECRET),
        ],
    );
    let list = format!("http://{}/api/v1/notifications", up.address());
    let traced = reqwest::Client::new()
        .get(list)
        .header("traceparent", TRACEPARENT);
    assert_eq!(traced.send().await.unwrap().status(), 401);
    let token = token(data, "service", "notifications:send");
    Caller::new(up.address(), &token).send("k").await;
    let received = receiver.wait_for(1).await;
    assert_eq!(up.terminate().0, Some(0));
    assert!(collector.has(&TRACE), "the caller's trace");
    for name in [
        "campanile",
        "api.request",
        "delivery.attempt",
        &received[0].webhook_id,
    ] {
        assert!(collector.has(name.as_bytes()), "{name}");
    }
}
