//! Whether two rates differ, for those who look at any time.
//!
//! An interval of a single rate is Wilson's (1927). Two rates are compared by the mixture sequential probability ratio test
//! with a normal mixture (Robbins 1970; Johari, Koomen, Pekelis, Walsh, "Always Valid Inference: Continuous Monitoring of
//! A/B Tests", Operations Research 70(3), 2022). Its interval holds at all times at once, so looking often, and stopping
//! when the difference is clear, does not make errors more frequent than they are said to be. A test that is meant for one
//! look finds a difference in about a third of comparisons of equals that are looked at after each hundred results.

/// Successes among deliveries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    pub(super) successes: f64,
    pub(super) of: f64,
}

/// The standard normal quantile of a 95% interval.
const Z_95: f64 = 1.959_964;
/// Fewer deliveries of either are not compared: the normal distribution is no good likeness.
const LEAST_DELIVERIES: f64 = 100.0;
/// Nor are fewer successes, or failures, of both together.
const LEAST_OF_EACH_KIND: f64 = 10.0;
/// The interval is narrowest, beside that of a single look, after about so many deliveries of each.
const NARROWEST_AT: f64 = 5_000.0;
/// What the mixture's variance is to that of the difference when the interval is narrowest.
const MIXTURE: f64 = 9.0;

/// Wilson's 95% interval of a rate; from 0 to 1 where nothing is known.
pub(super) fn wilson(rate: Rate) -> (f64, f64) {
    if rate.of <= 0.0 {
        return (0.0, 1.0);
    }
    let (n, p) = (rate.of, (rate.successes / rate.of).clamp(0.0, 1.0));
    let square = Z_95 * Z_95;
    let centre = (p + square / (2.0 * n)) / (1.0 + square / n);
    let half = Z_95 / (1.0 + square / n) * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// How much a rate is above another, and between what at all times, with an error of `alpha` at most. `spread` is by how
/// much the variance exceeds that of independent deliveries. `None`: too few to compare.
pub(super) fn difference(
    one: Rate,
    other: Rate,
    alpha: f64,
    spread: f64,
) -> Option<(f64, f64, f64)> {
    if one.of.min(other.of) < LEAST_DELIVERIES {
        return None;
    }
    let successes = one.successes + other.successes;
    let failures = one.of + other.of - successes;
    if successes.min(failures) < LEAST_OF_EACH_KIND {
        return None;
    }
    let variance = spread * (variance(one) + variance(other));
    let pooled = successes / (one.of + other.of);
    let mixture = MIXTURE * 2.0 * pooled * (1.0 - pooled) / NARROWEST_AT;
    let ratio = (variance + mixture) / variance;
    let square =
        variance * (variance + mixture) / mixture * (ratio.ln() + 2.0 * (1.0 / alpha).ln());
    let estimate = one.successes / one.of - other.successes / other.of;
    let half = square.sqrt();
    Some((estimate, estimate - half, estimate + half))
}

/// The variance of a rate, as if there were a success and a failure more: one without any has some, too.
fn variance(rate: Rate) -> f64 {
    let p = (rate.successes + 1.0) / (rate.of + 2.0);
    p * (1.0 - p) / rate.of
}

/// By how much rates of buckets of users differ more than if deliveries were independent; at least 1. Each item is the
/// buckets of one variant.
pub(super) fn spread<'b>(variants: impl Iterator<Item = &'b [Rate]>) -> f64 {
    let (mut squares, mut freedom) = (0.0, 0.0);
    for buckets in variants {
        let of: f64 = buckets.iter().map(|bucket| bucket.of).sum();
        let successes: f64 = buckets.iter().map(|bucket| bucket.successes).sum();
        let p = successes / of.max(1.0);
        // Where hardly any is expected in a bucket, its number says nothing.
        if successes.min(of - successes) < buckets.len() as f64 {
            continue;
        }
        let filled = buckets.iter().filter(|bucket| bucket.of > 0.0);
        let (mut square, mut count) = (0.0, 0.0);
        for bucket in filled {
            square += (bucket.successes - bucket.of * p).powi(2) / (bucket.of * p * (1.0 - p));
            count += 1.0;
        }
        squares += square;
        freedom += count - 1.0;
    }
    match freedom >= 8.0 {
        true => (squares / freedom).max(1.0),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(successes: f64, of: f64) -> Rate {
        Rate { successes, of }
    }

    #[test]
    fn wilsons_interval_is_as_published() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        for (successes, of, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let (found_low, found_high) = wilson(rate(successes, of));
            assert!(
                (found_low - low).abs() < 5e-5,
                "{successes} of {of}: {found_low}"
            );
            assert!(
                (found_high - high).abs() < 5e-5,
                "{successes} of {of}: {found_high}"
            );
        }
        assert_eq!(wilson(rate(0.0, 0.0)), (0.0, 1.0));
    }

    #[test]
    fn too_few_are_not_compared() {
        assert_eq!(
            difference(rate(50.0, 99.0), rate(5.0, 9_999.0), 0.05, 1.0),
            None
        );
        assert_eq!(
            difference(rate(4.0, 900.0), rate(5.0, 900.0), 0.05, 1.0),
            None
        );
        assert_eq!(
            difference(rate(896.0, 900.0), rate(899.0, 900.0), 0.05, 1.0),
            None
        );
        assert!(difference(rate(20.0, 900.0), rate(5.0, 900.0), 0.05, 1.0).is_some());
    }

    #[test]
    fn buckets_of_users_that_repeat_themselves_are_seen() {
        let alike: Vec<_> = (0..32).map(|_| rate(50.0, 100.0)).collect();
        let apart: Vec<_> = (0..32)
            .map(|at| rate(if at % 2 == 0 { 30.0 } else { 70.0 }, 100.0))
            .collect();
        assert_eq!(spread([&*alike].into_iter()), 1.0);
        // 20 above or below where 5 is usual: 16 times the variance.
        let found = spread([&*apart].into_iter());
        assert!((found - 16.5).abs() < 0.1, "{found}");
        let few: Vec<_> = (0..32).map(|at| rate(f64::from(at % 2), 100.0)).collect();
        assert_eq!(spread([&*few].into_iter()), 1.0, "too few to say");
    }
}
