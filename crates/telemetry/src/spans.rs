//! Spans of requests and calls, as far as spans are recorded at all.
//!
//! Without a collector every function here is a look at an atomic and nothing else. They are not spans of `tracing`: such a
//! span is exported when the last task that began in it has ended, and a connection that a request opened outlives it.

use std::sync::OnceLock;

use campanile_domain::TraceParent;
use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId,
    TraceState,
};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, Span};

/// Set when spans are exported, for the whole life of the process.
pub(crate) static TRACER: OnceLock<SdkTracer> = OnceLock::new();

tokio::task_local! {
    /// The span of the request that this task answers.
    static REQUEST: TraceParent;
}

/// Whether spans are exported.
pub fn is_tracing() -> bool {
    TRACER.get().is_some()
}

/// The request that this task answers, if its trace is recorded: what is to be stored with a notification.
pub fn current_trace() -> Option<TraceParent> {
    is_tracing()
        .then(|| REQUEST.try_with(|trace| *trace).ok())
        .flatten()
}

/// Answers a request of this trace.
pub async fn within<F: Future>(trace: Option<TraceParent>, work: F) -> F::Output {
    match trace {
        None => work.await,
        // On the heap, so that the future of a process without traces stays as small as its work.
        Some(trace) => Box::pin(REQUEST.scope(trace, work)).await,
    }
}

/// A span that has begun. Dropped before its end it is exported as it is.
#[derive(Debug)]
pub struct OpenSpan(Option<Box<Span>>);

impl OpenSpan {
    /// The span of a request; it continues the trace that the request came with.
    pub fn of_request(headers: &HeaderMap) -> Self {
        Self(TRACER.get().map(|tracer| {
            let parent = TraceContextPropagator::new()
                .extract_with_context(&Context::new(), &Headers(headers));
            begin(tracer, "api.request", SpanKind::Server, &parent)
        }))
    }

    /// The span of a call for a notification. One without a trace gets a trace of its call.
    pub fn of_call(name: &'static str, trace: Option<TraceParent>) -> Self {
        Self(TRACER.get().map(|tracer| {
            let parent = trace.map_or_else(Context::new, parent);
            begin(tracer, name, SpanKind::Client, &parent)
        }))
    }

    /// What its children are to be continued from, if its trace is recorded.
    pub fn trace(&self) -> Option<TraceParent> {
        let context = self.0.as_ref()?.span_context();
        let (trace, id) = (context.trace_id().to_bytes(), context.span_id().to_bytes());
        let trace = TraceParent::new(u128::from_be_bytes(trace), u64::from_be_bytes(id));
        trace.filter(|_| context.is_sampled())
    }

    /// Renames a request by its route, and ends it.
    pub fn end_request(self, method: &'static str, route: &str, status: u16) {
        if let Some(mut span) = self.0.filter(|span| span.is_recording()) {
            span.update_name(format!("{method} {route}"));
            span.set_attribute(KeyValue::new("http.request.method", method));
            span.set_attribute(KeyValue::new("http.route", route.to_owned()));
            let status = KeyValue::new("http.response.status_code", i64::from(status));
            span.set_attribute(status);
            span.end();
        }
    }

    /// Ends it; asked for what it is to say only where it is recorded.
    pub fn end_with<const N: usize>(self, says: impl FnOnce() -> [(&'static str, Value); N]) {
        if let Some(mut span) = self.0.filter(|span| span.is_recording()) {
            for (name, value) in says() {
                span.set_attribute(KeyValue::new(name, value));
            }
            span.end();
        }
    }
}

fn begin(tracer: &SdkTracer, name: &'static str, kind: SpanKind, parent: &Context) -> Box<Span> {
    let span = SpanBuilder::from_name(name).with_kind(kind);
    Box::new(span.start_with_context(tracer, parent))
}

/// The context of which a notification's spans are children.
pub(crate) fn parent(trace: TraceParent) -> Context {
    Context::new().with_remote_span_context(span_context(trace))
}

/// A span of another process.
pub(crate) fn span_context(trace: TraceParent) -> SpanContext {
    SpanContext::new(
        TraceId::from_bytes(trace.trace_id().to_be_bytes()),
        SpanId::from_bytes(trace.span_id().to_be_bytes()),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    )
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
