//! A trace collector: a separate server that speaks OTLP over gRPC and keeps every span.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response};
use futures_util::stream;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);
/// A message of gRPC begins with a flag and its length.
const PREFIX: usize = 5;

/// A span that was exported.
#[derive(Debug, Clone)]
pub struct Span {
    /// Its trace, in hexadecimal.
    pub trace: String,
    /// Its id.
    pub id: String,
    /// The span that it is a child of; empty for a root.
    pub parent: String,
    /// What it is.
    pub name: String,
    /// The role of the process that exported it.
    pub role: String,
    /// Nanoseconds since 1970.
    pub begun: u64,
    /// Nanoseconds since 1970.
    pub ended: u64,
    /// What else it says.
    pub attributes: HashMap<String, String>,
    /// Spans of other traces that it names.
    pub links: Vec<(String, String)>,
}

/// The server; stops when it is dropped.
pub struct Collector {
    endpoint: String,
    spans: watch::Sender<Vec<Span>>,
    server: AbortHandle,
}

impl Collector {
    /// Starts on a free port.
    ///
    /// # Panics
    /// If there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let spans = watch::Sender::new(Vec::new());
        let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
        let router = Router::new()
            .route(path, axum::routing::post(export))
            .with_state(spans.clone());
        let serving = tokio::spawn(axum::serve(listener, router).into_future());
        Self {
            endpoint: format!("http://{address}"),
            spans,
            server: serving.abort_handle(),
        }
    }

    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All spans so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.borrow().clone()
    }

    /// Waits until the spans so far have what is looked for.
    ///
    /// # Panics
    /// After two minutes.
    pub async fn until(&self, complete: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let mut spans = self.spans.subscribe();
        let found = tokio::time::timeout(PATIENCE, spans.wait_for(|spans| complete(spans))).await;
        match found {
            Ok(found) => found.expect("the collector is here").clone(),
            Err(_elapsed) => panic!("not exported in time; so far:\n{}", tree(&self.spans())),
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn export(State(spans): State<watch::Sender<Vec<Span>>>, body: Bytes) -> Response<Body> {
    let request = body.get(PREFIX..).unwrap_or_default();
    let request = ExportTraceServiceRequest::decode(request).expect("an export request");
    spans.send_modify(|all| all.extend(read(request)));
    let mut answer = vec![0; PREFIX];
    ExportTraceServiceResponse::default()
        .encode(&mut answer)
        .expect("a Vec takes it");
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let frames = [
        http_body::Frame::data(Bytes::from(answer)),
        http_body::Frame::trailers(trailers),
    ];
    let frames = stream::iter(frames.map(Ok::<_, std::convert::Infallible>));
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(http_body_util::StreamBody::new(frames)))
        .expect("these are headers")
}

fn read(request: ExportTraceServiceRequest) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let about = resource.resource.map(|resource| texts(resource.attributes));
        let role = about.and_then(|mut about| about.remove("campanile.role"));
        for span in resource
            .scope_spans
            .into_iter()
            .flat_map(|scope| scope.spans)
        {
            let links = span.links.iter();
            spans.push(Span {
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                name: span.name,
                role: role.clone().unwrap_or_default(),
                begun: span.start_time_unix_nano,
                ended: span.end_time_unix_nano,
                links: links
                    .map(|one| (hex(&one.trace_id), hex(&one.span_id)))
                    .collect(),
                attributes: texts(span.attributes),
            });
        }
    }
    spans
}

fn texts(attributes: Vec<KeyValue>) -> HashMap<String, String> {
    let text = |value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        Value::BoolValue(answer) => answer.to_string(),
        other => format!("{other:?}"),
    };
    let one = |pair: KeyValue| Some((pair.key, text(pair.value?.value?)));
    attributes.into_iter().filter_map(one).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Spans as a tree, in the order in which they began: role, name, when it began and how long it took.
pub fn tree(spans: &[Span]) -> String {
    let mut ordered: Vec<_> = spans.iter().collect();
    ordered.sort_by_key(|span| span.begun);
    let zero = ordered.first().map_or(0, |span| span.begun);
    let is_known = |id: &str| spans.iter().any(|span| span.id == id);
    let mut text = String::new();
    for root in ordered.iter().filter(|span| !is_known(&span.parent)) {
        branch(&mut text, &ordered, root, 0, zero);
    }
    text
}

fn branch(text: &mut String, spans: &[&Span], of: &Span, depth: usize, zero: u64) {
    let millis = |nanos: u64| nanos as f64 / 1e6;
    let name = format!("{}{}", "  ".repeat(depth), of.name);
    let (at, took) = (
        millis(of.begun - zero),
        millis(of.ended.saturating_sub(of.begun)),
    );
    let role = &of.role;
    let _ = writeln!(
        text,
        "{name:<40} {role:<7} at {at:>8.2} ms, took {took:>7.2} ms"
    );
    for child in spans.iter().filter(|span| span.parent == of.id) {
        branch(text, spans, child, depth + 1, zero);
    }
}
