//! Bucket bounds of the histograms, in seconds or pieces.

/// From half a millisecond to a minute: the short end shows a commit or a request, the long end a provider at its timeout.
pub(crate) const SECONDS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    60.0,
];

/// From 5 µs to 100 ms: words that are built in take 10 µs, a large mail of a template some hundred.
pub(crate) const RENDERING: &[f64] = &[
    0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.005, 0.02, 0.1,
];

/// Batch sizes by powers of two up to 512, the most that one commit takes.
pub(crate) const PIECES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
