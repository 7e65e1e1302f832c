//! Exemplars: for each bucket of a latency, the newest observation whose trace is recorded, so that a slow bucket leads
//! to a request that was slow.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use campanile_domain::TraceParent;
use prometheus::HistogramVec;
use prometheus::core::Collector;

use crate::buckets::SECONDS;
use crate::stage::now;

/// As many as there are buckets of the series that are observed here.
static EXEMPLARS: LazyLock<Mutex<HashMap<Series, Kept>>> = LazyLock::new(Mutex::default);

/// The name of a histogram and its labels, by name.
pub(crate) type Series = (String, Vec<(String, String)>);

/// One for each bound of [`SECONDS`], and one beyond.
pub(crate) type Kept = [Option<Exemplar>; SECONDS.len() + 1];

/// An observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exemplar {
    pub(crate) trace_id: u128,
    pub(crate) value: f64,
    /// Seconds since 1970.
    pub(crate) at: f64,
}

/// Observes a latency, and keeps it as an exemplar if it belongs to a trace that is recorded.
pub fn observe(
    histogram: &HistogramVec,
    labels: &[&str],
    seconds: f64,
    trace: Option<TraceParent>,
) {
    histogram.with_label_values(labels).observe(seconds);
    if let Some(trace) = trace {
        keep(histogram, labels, seconds, trace, now());
    }
}

fn keep(histogram: &HistogramVec, labels: &[&str], value: f64, trace: TraceParent, at: SystemTime) {
    let described = histogram.desc();
    let Some(described) = described.first() else {
        return;
    };
    let names = described.variable_labels.iter().cloned();
    let mut labels: Vec<_> = names
        .zip(labels.iter().map(|&value| value.to_owned()))
        .collect();
    labels.sort();
    let exemplar = Exemplar {
        trace_id: trace.trace_id(),
        value,
        at: at
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64()),
    };
    let bucket = SECONDS.partition_point(|bound| *bound < value);
    let mut all = EXEMPLARS.lock().unwrap_or_else(PoisonError::into_inner);
    let series = all.entry((described.fq_name.clone(), labels)).or_default();
    series[bucket] = Some(exemplar);
}

/// The exemplars of a series.
pub(crate) fn of(series: &Series) -> Kept {
    let all = EXEMPLARS.lock().unwrap_or_else(PoisonError::into_inner);
    all.get(series).copied().unwrap_or_default()
}
