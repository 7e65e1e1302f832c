//! What the service says about itself: logs, metrics and traces, in one place so that names stay the same everywhere.
//!
//! Neighbours: `api`, `intake`, `delivery` and the implementations count through [`metrics()`]; the binary calls
//! [`init_logs`] once and serves [`render_metrics`]. This crate knows none of them.
//!
//! A stage of the pipeline is a [`Stage`], what it asks of other servers a [`query`] or [`publish`]; a request or a call is an
//! [`OpenSpan`]. All of them are exported as spans, if there is a collector.

mod asked;
mod buckets;
mod exemplars;
mod exporter;
mod logs;
mod metric_names;
mod metrics;
mod open_metrics;
mod outage;
mod reference;
mod register;
mod spans;
mod stage;
mod traces;

pub use asked::{Asked, log_slow_queries, publish, query};
pub use exemplars::observe;
pub use logs::{LogFormat, LogSettings, LogSetupError, UnknownLogFormat, init_logs};
pub use metric_names::{MetricName, all as all_metric_names};
pub use metrics::{Metrics, metrics, render_metrics, render_open_metrics};
pub use open_metrics::OPEN_METRICS;
pub use opentelemetry::Value as SpanValue;
pub use outage::{Episodes, Outage, Report};
pub use prometheus::{Histogram, IntGauge};
pub use reference::reference_markdown;
pub use spans::{OpenSpan, current_trace, is_tracing, within};
pub use stage::{Stage, carry};
pub use traces::{TraceSetupError, Traces};
