//! Latencies as people and programs read them.

use hdrhistogram::Histogram;
use serde::Serialize;

/// From a microsecond to an hour, to three digits.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are in order")
}

/// Latencies in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Latencies {
    pub(crate) p50_ms: f64,
    pub(crate) p90_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl From<&Histogram<u64>> for Latencies {
    fn from(histogram: &Histogram<u64>) -> Self {
        let ms = |micros: u64| micros as f64 / 1_000.0;
        Self {
            p50_ms: ms(histogram.value_at_quantile(0.5)),
            p90_ms: ms(histogram.value_at_quantile(0.9)),
            p99_ms: ms(histogram.value_at_quantile(0.99)),
            max_ms: ms(histogram.max()),
        }
    }
}

impl std::fmt::Display for Latencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            p50_ms,
            p90_ms,
            p99_ms,
            max_ms,
        } = self;
        write!(
            f,
            "p50 {p50_ms:.1}  p90 {p90_ms:.1}  p99 {p99_ms:.1}  max {max_ms:.1} ms"
        )
    }
}

/// Quantiles that a curve is drawn through: the more nines, the rarer.
const CURVE: [f64; 14] = [
    0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1.0,
];

/// Latencies at quantiles: `[quantile, milliseconds]`, as long as the histogram tells them apart.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Curve(pub(crate) Vec<(f64, f64)>);

impl From<&Histogram<u64>> for Curve {
    fn from(histogram: &Histogram<u64>) -> Self {
        let told = 1.0 - 1.0 / histogram.len().max(1) as f64;
        let quantiles = CURVE.into_iter().filter(|quantile| *quantile <= told);
        let point = |quantile| {
            (
                quantile,
                histogram.value_at_quantile(quantile) as f64 / 1_000.0,
            )
        };
        Self(quantiles.map(point).collect())
    }
}
