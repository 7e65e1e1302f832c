//! Traces: spans go to a collector over OTLP, if one is configured.
//!
//! What is sampled is said by the standard variables `OTEL_TRACES_SAMPLER` and
//! `OTEL_TRACES_SAMPLER_ARG`; left out, a caller's choice is followed and everything else is taken.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::exporter::Telling;

/// A collector that does not answer must not keep spans in memory for longer.
const EXPORT: Duration = Duration::from_secs(5);
/// The header that a trace comes with (W3C Trace Context).
const TRACEPARENT: &str = "traceparent";

/// The exporter cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("OTEL_EXPORTER_OTLP_ENDPOINT: the exporter cannot be set up")]
pub struct TraceSetupError(#[from] ExporterBuildError);

/// The way of spans to the collector, to be stopped before the process ends.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sets the exporter up; must be called inside a Tokio runtime. Connects when there is something
    /// to send, and a collector that is away costs its spans and nothing else.
    ///
    /// # Errors
    /// [`TraceSetupError`] for an endpoint that is none.
    pub fn start(endpoint: &str, role: &'static str) -> Result<Self, TraceSetupError> {
        let exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(EXPORT)
            .build()?;
        let resource = Resource::builder()
            .with_service_name("campanile")
            .with_attributes([
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                KeyValue::new("campanile.role", role),
            ])
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Telling::of(exporter))
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// Exports the spans of Campanile regardless of the log's filter, but not those of libraries.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let ours = Targets::new().with_target("campanile", LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("campanile"))
            .with_filter(ours)
    }

    /// Sends what waits; takes as long as one export may. Blocks.
    pub fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(EXPORT) {
            tracing::warn!(%error, "could not send the last spans");
        }
    }
}

/// Continues the trace that a request came with; without one, or without a collector, does nothing.
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    if !headers.contains_key(TRACEPARENT) {
        return;
    }
    let parent =
        TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
    // The only reason to fail is that no collector is configured.
    let _ = span.set_parent(parent);
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
