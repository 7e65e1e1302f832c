//! The collector's exporter, and what it says when the collector is away.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::Outage;

/// Exports spans and logs an outage once; the library would log it at each export.
#[derive(Debug)]
pub(crate) struct Telling<E> {
    exporter: E,
    outage: Arc<Outage>,
}

impl<E> Telling<E> {
    pub(crate) fn of(exporter: E) -> Self {
        let outage = Outage::of(
            "the trace collector (OTEL_EXPORTER_OTLP_ENDPOINT)",
            "its spans are lost",
        );
        Self {
            exporter,
            outage: Arc::new(outage),
        }
    }
}

impl<E: SpanExporter> SpanExporter for Telling<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exported = self.exporter.export(batch).await;
        self.outage.note(exported)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
