//! What the service says about itself: logs, metrics and traces, in one place so that names stay the same everywhere.
//!
//! Neighbours: `api`, `intake`, `delivery` and the implementations count through [`metrics()`]; the binary calls
//! [`init_logs`] once and serves [`render_metrics`]. This crate knows none of them.

mod buckets;
mod exporter;
mod logs;
mod metric_names;
mod metrics;
mod outage;
mod reference;
mod register;
mod traces;

pub use logs::{LogFormat, LogSettings, LogSetupError, UnknownLogFormat, init_logs};
pub use metric_names::{MetricName, all as all_metric_names};
pub use metrics::{Metrics, metrics, render_metrics};
pub use outage::{Episodes, Outage, Report};
pub use prometheus::IntGauge;
pub use reference::reference_markdown;
pub use traces::{TraceSetupError, Traces, continue_trace};
