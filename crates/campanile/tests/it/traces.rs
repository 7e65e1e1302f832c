//! Spans at a collector, which is a separate server that speaks OTLP over gRPC.

use std::collections::{BTreeSet, HashMap};

use campanile_test_support::otlp::{Collector, Span, tree};
use campanile_test_support::webhook::WebhookReceiver;

use crate::cluster::Cluster;
use crate::support::{Process, SECRET, token, verified};

/// The example of the W3C Trace Context specification.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// The same caller, who does not record this trace.
const NOT_SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callers_trace_goes_on_and_attempts_are_spans() {
    let (dir, collector) = (tempfile::tempdir().unwrap(), Collector::start().await);
    let receiver = WebhookReceiver::start().await;
    let (data, url) = (dir.path().to_str().unwrap(), receiver.url());
    let up = Process::start(
        &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
            // The log's filter is not the traces' filter.
            ("RUST_LOG", "warn"),
            ("WEBHOOK_URL", &url),
            ("WEBHOOK_SECRET", SECRET),
        ],
    );
    let token = token(data, "service", "notifications:send");
    send(&up, &token, "k", TRACEPARENT).await;
    let received = receiver.wait_for(1).await;
    exemplars(&up).await;
    assert_eq!(up.terminate().0, Some(0));
    let spans = collector.spans();
    let spans: Vec<_> = spans.iter().filter(|span| span.trace == TRACE).collect();
    let request = only(&spans, "POST /api/v1/notifications");
    assert_eq!(request.parent, CALLER);
    let attempt = only(&spans, "delivery.attempt");
    assert_eq!(attempt.parent, request.id);
    assert_eq!(attempt.attributes["delivery.id"], received[0].webhook_id);
}

/// In the format that has them, a latency names the trace.
async fn exemplars(up: &Process) {
    let url = format!("http://{}/metrics", up.address());
    let asked = reqwest::Client::new().get(url);
    // As Prometheus asks.
    let accept =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let answer = asked.header("accept", accept).send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(
        kind.starts_with("application/openmetrics-text; version=1.0.0"),
        "{kind}"
    );
    let text = answer.text().await.unwrap();
    let exemplar = format!("# {{trace_id=\"{TRACE}\"}}");
    let is_one = |line: &str| {
        line.starts_with("campanile_http_request_duration_seconds_bucket{")
            && line.contains(&exemplar)
    };
    assert!(text.lines().any(is_one), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_is_one_tree_over_all_processes() {
    let collector = Collector::start().await;
    let mut cluster = Cluster::new().await;
    cluster.also([(
        "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(),
        collector.endpoint().to_owned(),
    )]);
    let (api, worker) = (cluster.api(), cluster.worker());
    let service = cluster.token("service", "notifications:send");
    send(&api, &service, "k", TRACEPARENT).await;
    let id = verified(&cluster.receiver.wait_for(1).await[0]);
    let last = ["delivery.attempt", "worker.record"];
    let spans = collector
        .until(|spans| last.iter().all(|name| has(spans, name)))
        .await;
    let spans: Vec<Span> = spans.into_iter().filter(|s| s.trace == TRACE).collect();
    println!("{}", tree(&spans));

    let ids: BTreeSet<_> = spans.iter().map(|span| span.id.as_str()).collect();
    let roots = spans
        .iter()
        .filter(|span| !ids.contains(span.parent.as_str()));
    let roots: Vec<_> = roots.map(|span| (&*span.name, &*span.parent)).collect();
    assert_eq!(roots, [("POST /api/v1/notifications", CALLER)], "one tree");
    let all: Vec<_> = spans.iter().collect();
    let request = only(&all, "POST /api/v1/notifications");
    for (stage, role, queries) in [
        ("intake.write", "api", &["db.accept.keyless"][..]),
        (
            "relay.plan",
            "worker",
            &[
                "db.claim_outbox",
                "db.take_outbox",
                "db.insert_planned",
                "db.commit",
                "queue.publish",
            ],
        ),
        ("worker.load", "worker", &["db.dispatch.load"]),
        ("delivery.attempt", "worker", &[]),
        ("worker.record", "worker", &["db.commit"]),
    ] {
        let stage = only(&all, stage);
        assert_eq!((&*stage.parent, &*stage.role), (&*request.id, role));
        assert!(stage.begun <= stage.ended);
        for query in queries {
            let of_stage = |span: &&&Span| span.parent == stage.id && span.name == *query;
            let found = all.iter().find(of_stage);
            let found = found.unwrap_or_else(|| panic!("no {query} of {}", stage.name));
            assert!(
                stage.begun <= found.begun && found.ended <= stage.ended,
                "{found:?}"
            );
        }
    }
    assert_eq!(
        only(&all, "delivery.attempt").attributes["notification.id"],
        id
    );
    for role in [worker, api] {
        assert_eq!(role.terminate().0, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages_that_notifications_share_are_linked_and_what_is_not_recorded_leaves_nothing() {
    let collector = Collector::start().await;
    let mut cluster = Cluster::new().await;
    cluster.also([(
        "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(),
        collector.endpoint().to_owned(),
    )]);
    let api = cluster.api();
    let service = cluster.token("service", "notifications:send");
    let traces: Vec<_> = (1..=20).map(|n: u32| format!("{n:032x}")).collect();
    for trace in &traces {
        let parent = format!("00-{trace}-{CALLER}-01");
        send(&api, &service, trace, &parent).await;
    }
    send(&api, &service, "not-recorded", NOT_SAMPLED).await;
    // All of them wait, so that one turn of the relay plans them together.
    let worker = cluster.worker();
    cluster.receiver.wait_for_distinct(21).await;
    let spans = collector
        .until(|spans| {
            let is_done = |trace: &String| {
                let last = ["delivery.attempt", "worker.record"];
                last.iter().all(|name| has_in(spans, trace, name))
            };
            traces.iter().all(is_done)
        })
        .await;
    for role in [worker, api] {
        assert_eq!(role.terminate().0, Some(0));
    }
    assert!(
        spans.iter().all(|span| span.trace != TRACE),
        "{}",
        tree(&spans)
    );
    let by_id: HashMap<_, _> = spans.iter().map(|span| (&*span.id, span)).collect();
    for trace in &traces {
        for name in [
            "intake.write",
            "relay.plan",
            "worker.load",
            "delivery.attempt",
            "worker.record",
        ] {
            assert!(has_in(&spans, trace, name), "{name} of {trace}");
        }
    }
    let is_whole = |span: &&Span| {
        let of = &span.attributes;
        of.contains_key("campanile.traced_notifications")
    };
    let plans = spans.iter().filter(|span| span.name == "relay.plan");
    let marks: Vec<&Span> = plans.filter(|span| !is_whole(span)).collect();
    assert!(!marks.is_empty(), "no turn was shared");
    for mark in marks {
        let [(trace, id)] = &mark.links[..] else {
            panic!("{mark:?}")
        };
        let whole = by_id[&**id];
        assert_eq!((&whole.trace, &*whole.name), (trace, "relay.plan"));
        assert_eq!((whole.begun, whole.ended), (mark.begun, mark.ended));
        // It names the notification's request in turn.
        let request = (mark.trace.clone(), mark.parent.clone());
        assert!(whole.links.contains(&request), "{whole:?}");
    }
}

async fn send(to: &Process, token: &str, key: &str, traceparent: &str) {
    let url = format!("http://{}/api/v1/notifications", to.address());
    let body = serde_json::json!({
        "notification_type": "message", "recipients": [format!("user-{key}")], "content": {"k": key},
        "channels": ["in_app", "webhook"],
    });
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(token)
        .header("traceparent", traceparent)
        .json(&body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
}

fn has(spans: &[Span], name: &str) -> bool {
    has_in(spans, TRACE, name)
}

fn has_in(spans: &[Span], trace: &str, name: &str) -> bool {
    spans
        .iter()
        .any(|span| span.trace == trace && span.name == name)
}

fn only<'s>(spans: &[&'s Span], name: &str) -> &'s Span {
    let mut named = spans.iter().filter(|span| span.name == name);
    let found = named
        .next()
        .unwrap_or_else(|| panic!("no {name} among {spans:#?}"));
    assert!(named.next().is_none(), "{name} is there twice");
    found
}
