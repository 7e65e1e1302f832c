//! Makes metrics and puts them on the default registry.
//!
//! A refusal can only mean a bad or doubled name in `metric_names`, which the tests of this crate would show; so these
//! functions panic rather than make every caller of `metrics()` handle an error that cannot happen.

use prometheus::core::Collector;
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts,
};

use crate::metric_names::MetricName;

const WELL_FORMED: &str =
    "names, labels and buckets are constants that the tests of this crate check";

fn registered<C: Collector + Clone + 'static>(metric: C) -> C {
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
    registered(IntCounter::with_opts(opts(metric)).expect(WELL_FORMED))
}

pub(crate) fn counter_by(metric: MetricName, labels: &[&str]) -> IntCounterVec {
    registered(IntCounterVec::new(opts(metric), labels).expect(WELL_FORMED))
}

pub(crate) fn whole_gauge(metric: MetricName) -> IntGauge {
    registered(IntGauge::with_opts(opts(metric)).expect(WELL_FORMED))
}

pub(crate) fn whole_gauge_by(metric: MetricName, labels: &[&str]) -> IntGaugeVec {
    registered(IntGaugeVec::new(opts(metric), labels).expect(WELL_FORMED))
}

pub(crate) fn gauge(metric: MetricName) -> Gauge {
    registered(Gauge::with_opts(opts(metric)).expect(WELL_FORMED))
}

pub(crate) fn histogram(metric: MetricName, buckets: &[f64]) -> Histogram {
    registered(Histogram::with_opts(histogram_opts(metric, buckets)).expect(WELL_FORMED))
}

pub(crate) fn histogram_by(metric: MetricName, buckets: &[f64], labels: &[&str]) -> HistogramVec {
    registered(HistogramVec::new(histogram_opts(metric, buckets), labels).expect(WELL_FORMED))
}
