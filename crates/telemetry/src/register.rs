//! Makes metrics and puts them on the default registry.
//!
//! A refusal can only mean a bad or doubled name in `metric_names`, which the tests of this crate would show; so these
//! functions panic rather than make every caller of `metrics()` handle an error that cannot happen.

use std::sync::{Mutex, PoisonError};

use prometheus::core::Collector;
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts,
};

use crate::metric_names::MetricName;

const WELL_FORMED: &str =
    "names, labels and buckets are constants that the tests of this crate check";

/// What was registered, for the reference page.
static REGISTERED: Mutex<Vec<Registered>> = Mutex::new(Vec::new());

/// What a metric's name does not say.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    pub(crate) name: String,
    /// `counter`, `gauge` or `histogram`.
    pub(crate) kind: &'static str,
    pub(crate) labels: Vec<String>,
}

/// Gives kind and labels of a metric that was registered.
pub(crate) fn find(name: &str) -> Option<Registered> {
    let all = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().find(|one| one.name == name).cloned()
}

fn registered<C: Collector + Clone + 'static>(kind: &'static str, metric: C) -> C {
    let described = metric.desc().into_iter().map(|desc| Registered {
        name: desc.fq_name.clone(),
        kind,
        labels: desc.variable_labels.clone(),
    });
    let mut all = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    all.extend(described);
    drop(all);
    prometheus::default_registry()
        .register(Box::new(metric.clone()))
        .expect(WELL_FORMED);
    metric
}

fn opts(metric: MetricName) -> Opts {
    Opts::new(metric.name, metric.help)
}

fn histogram_opts(metric: MetricName, buckets: &[f64]) -> HistogramOpts {
    HistogramOpts::new(metric.name, metric.help).buckets(buckets.to_vec())
}

pub(crate) fn counter(metric: MetricName) -> IntCounter {
    registered(
        "counter",
        IntCounter::with_opts(opts(metric)).expect(WELL_FORMED),
    )
}

pub(crate) fn counter_by(metric: MetricName, labels: &[&str]) -> IntCounterVec {
    registered(
        "counter",
        IntCounterVec::new(opts(metric), labels).expect(WELL_FORMED),
    )
}

pub(crate) fn whole_gauge(metric: MetricName) -> IntGauge {
    registered(
        "gauge",
        IntGauge::with_opts(opts(metric)).expect(WELL_FORMED),
    )
}

pub(crate) fn whole_gauge_by(metric: MetricName, labels: &[&str]) -> IntGaugeVec {
    registered(
        "gauge",
        IntGaugeVec::new(opts(metric), labels).expect(WELL_FORMED),
    )
}

pub(crate) fn gauge(metric: MetricName) -> Gauge {
    registered("gauge", Gauge::with_opts(opts(metric)).expect(WELL_FORMED))
}

pub(crate) fn histogram(metric: MetricName, buckets: &[f64]) -> Histogram {
    registered(
        "histogram",
        Histogram::with_opts(histogram_opts(metric, buckets)).expect(WELL_FORMED),
    )
}

pub(crate) fn histogram_by(metric: MetricName, buckets: &[f64], labels: &[&str]) -> HistogramVec {
    registered(
        "histogram",
        HistogramVec::new(histogram_opts(metric, buckets), labels).expect(WELL_FORMED),
    )
}
