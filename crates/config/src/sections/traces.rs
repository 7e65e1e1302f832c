//! Where traces go.

use std::fmt;

use url::Url;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const OTLP_ENDPOINT: Key = Key::plain("traces", "otlp_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT")
    .means("The collector to send traces to with OTLP over gRPC (default: no tracing). `OTEL_TRACES_SAMPLER` and \
        `OTEL_TRACES_SAMPLER_ARG` set the sampling.")
    .expects("http://host:4317 or https://host:4317");

pub(crate) const KEYS: &[Key] = &[OTLP_ENDPOINT];

/// Where to send traces.
#[derive(Clone)]
pub struct Traces {
    /// The collector; absent, no traces leave the process.
    pub otlp_endpoint: Option<Url>,
}

impl Traces {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            otlp_endpoint: reader.optional(&OTLP_ENDPOINT, check::http_url),
        }
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.otlp_endpoint.as_ref().map(check::Host);
        f.debug_struct("Traces")
            .field("otlp_endpoint", &endpoint)
            .finish()
    }
}
