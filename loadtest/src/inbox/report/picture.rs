//! The picture: latency by percentile, and answers over time.

use super::Report;
use crate::report::{BLUE, GREEN, ORANGE, by_percentile, document, line, over_time};
use crate::summary::Curve;

/// The picture as a document of its own.
pub(super) fn svg(report: &Report) -> String {
    let none = Curve::default();
    let curve = |name| report.tally.kind(name).map_or(&none, |kind| &kind.curve);
    let latency = by_percentile(&[
        ("count", BLUE, curve("count")),
        ("list", GREEN, curve("list")),
        ("page by cursor", ORANGE, curve("page")),
        ("send", "#8250df", curve("send")),
    ]);
    let seconds = || (1_u32..).zip(&report.tally.seconds);
    let reads = seconds().map(|(at, second)| (f64::from(at), second.reads as f64));
    let writes = seconds().map(|(at, second)| (f64::from(at), second.writes as f64));
    let answers = over_time(
        "Answers a second",
        vec![
            line("reads", BLUE, reads.collect()),
            line("writes", ORANGE, writes.collect()),
        ],
    );
    document(&[latency, answers])
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_picture_has_both_plots_with_every_line() {
        let svg = svg(&sample::report());
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<polyline ").count(), 6);
        assert!(svg.contains(">Answers a second</text>") && svg.contains(">page by cursor</text>"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
