//! Traces: spans go to a collector over OTLP, if one is configured.
//!
//! What is sampled is said by the standard variables `OTEL_TRACES_SAMPLER` and
//! `OTEL_TRACES_SAMPLER_ARG`; left out, a caller's choice is followed and everything else is taken.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::exporter::Telling;
use crate::spans::TRACER;

/// A collector that does not answer must not keep spans in memory for longer.
const EXPORT: Duration = Duration::from_secs(5);

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
        // Once for a process.
        let _ = TRACER.set(provider.tracer("campanile"));
        Ok(Self(provider))
    }

    /// Sends what waits; takes as long as one export may. Blocks.
    pub fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(EXPORT) {
            tracing::warn!(%error, "could not send the last spans");
        }
    }
}
