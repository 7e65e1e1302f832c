//! Latencies, counted in an HDR histogram.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::{Cell, Column, Unit};

/// From a microsecond to an hour, to three digits.
#[derive(Debug, Clone)]
pub(crate) struct Latencies(Histogram<u64>);

/// Quantiles that a curve is drawn through: the more nines, the rarer.
const CURVE: [f64; 14] = [
    0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1.0,
];

impl Default for Latencies {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are in order"))
    }
}

impl Latencies {
    /// One more.
    pub(crate) fn record(&mut self, took: Duration) {
        self.record_us(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// One more, in microseconds.
    pub(crate) fn record_us(&mut self, took_us: u64) {
        self.0.saturating_record(took_us);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// At a quantile, in milliseconds.
    pub(crate) fn ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1_000.0
    }

    /// The columns of [`Self::cells`].
    pub(crate) fn columns() -> [Column; 4] {
        ["p50", "p90", "p99", "max"].map(|what| Column::new(what, Unit::Ms))
    }

    /// As a row of a table; of nothing, nothing is known.
    pub(crate) fn cells(&self) -> [Cell; 4] {
        [0.5, 0.9, 0.99, 1.0].map(|quantile| (self.count() > 0).then(|| self.ms(quantile)).into())
    }

    /// `(quantile, milliseconds)`, as long as the histogram tells them apart.
    pub(super) fn curve(&self) -> Vec<(f64, f64)> {
        let known = 1.0 - 1.0 / self.count().max(1) as f64;
        let quantiles = CURVE.into_iter().filter(|quantile| *quantile <= known);
        quantiles
            .map(|quantile| (quantile, self.ms(quantile)))
            .collect()
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1.0].map(|quantile| self.ms(quantile));
        write!(
            f,
            "p50 {p50:.1}  p90 {p90:.1}  p99 {p99:.1}  max {max:.1} ms"
        )
    }
}
