//! The report's picture: latency by percentile, and rates and backlog over time.

use std::fmt::Write;

use super::Report;
use super::plot::{HEIGHT, Line, Plot, Tick, WIDTH, round_ticks};
use crate::scenario::Moment;
use crate::summary::Curve;

pub(crate) const BLUE: &str = "#1f6feb";
pub(crate) const GREEN: &str = "#1a7f37";
pub(crate) const ORANGE: &str = "#bc4c00";
/// Readers look at the nines, so every nine has the same width.
const PERCENTILES: [(f64, &str); 6] = [
    (0.0, "0%"),
    (0.5, "50%"),
    (0.9, "90%"),
    (0.99, "99%"),
    (0.999, "99.9%"),
    (0.9999, "99.99%"),
];

/// The picture as a document of its own.
pub(super) fn svg(report: &Report) -> String {
    document(&[latency(report), rates(report), backlog(report)])
}

/// These plots, one below the other.
pub(crate) fn document(plots: &[Plot]) -> String {
    let (height, mut svg) = (HEIGHT * plots.len() as f64, String::new());
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="{WIDTH}" height="{height}" fill="#fff"/>"##
    );
    for (number, plot) in plots.iter().enumerate() {
        plot.draw(&mut svg, HEIGHT * number as f64);
    }
    svg + "</svg>\n"
}

fn latency(report: &Report) -> Plot {
    let curves = &report.curves;
    by_percentile(&[
        ("due → 202", BLUE, &curves.accept),
        ("202 → provider", GREEN, &curves.accept_to_receipt),
        ("due → provider", ORANGE, &curves.due_to_receipt),
    ])
}

/// Both axes by powers of ten: of what is left to 100%, and of milliseconds.
pub(crate) fn by_percentile(curves: &[(&'static str, &'static str, &Curve)]) -> Plot {
    let nines = |quantile: f64| -(1.0 - quantile.min(0.9999)).log10();
    // Below a tenth of a millisecond nothing is of interest.
    let points = |curve: &Curve| -> Vec<(f64, f64)> {
        let points = curve.0.iter().filter(|(quantile, _)| *quantile <= 0.9999);
        points
            .map(|(quantile, ms)| (nines(*quantile), ms.max(0.1).log10()))
            .collect()
    };
    let curves = curves.iter();
    let lines: Vec<Line> = curves
        .map(|(name, colour, curve)| line(name, colour, points(curve)))
        .collect();
    let values = lines.iter().flat_map(|line| &line.points);
    let highest = values.map(|(_, ms)| ms.ceil()).fold(1.0, f64::max);
    let powers = -1..=highest as i32;
    Plot {
        title: "Latency, ms, by percentile",
        lines,
        x: PERCENTILES
            .map(|(quantile, label)| Tick {
                at: nines(quantile),
                label: label.to_owned(),
            })
            .into(),
        y: powers
            .map(|power| Tick {
                at: f64::from(power),
                label: format!("{}", 10_f64.powi(power)),
            })
            .collect(),
    }
}

fn rates(report: &Report) -> Plot {
    let rate = |count: fn(&Moment) -> u64| -> Vec<(f64, f64)> {
        let pairs = report.moments.windows(2);
        let rate = |pair: &[Moment]| {
            let more = count(&pair[1]).saturating_sub(count(&pair[0]));
            let took = (pair[1].at_s - pair[0].at_s).max(0.001);
            (pair[1].at_s, more as f64 / took)
        };
        pairs.map(rate).collect()
    };
    over_time(
        "Notifications a second",
        vec![
            line("accepted", BLUE, rate(|moment| moment.accepted)),
            line("delivered", GREEN, rate(|moment| moment.received)),
        ],
    )
}

fn backlog(report: &Report) -> Plot {
    let moments = report.moments.iter();
    let points = moments.map(|moment| (moment.at_s, moment.backlog() as f64));
    over_time(
        "Accepted and still under way, over the seconds of the run",
        vec![line("backlog", ORANGE, points.collect())],
    )
}

/// From zero on both axes.
pub(crate) fn over_time(title: &'static str, lines: Vec<Line>) -> Plot {
    let most = |of: fn(&(f64, f64)) -> f64| {
        let points = lines.iter().flat_map(|line| &line.points);
        points.map(of).fold(0.0, f64::max)
    };
    Plot {
        title,
        x: round_ticks(most(|point| point.0)),
        y: round_ticks(most(|point| point.1)),
        lines,
    }
}

/// A line of a plot.
pub(crate) fn line(name: &'static str, colour: &'static str, points: Vec<(f64, f64)>) -> Line {
    Line {
        name,
        colour,
        points,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_picture_has_three_plots_with_every_line() {
        let svg = svg(&sample::report());
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<polyline ").count(), 6);
        for part in [
            ">Latency, ms, by percentile</text>",
            ">99.99%</text>",
            ">due → provider</text>",
            ">Notifications a second</text>",
            // 1,000 accepted in each second, at the top of an axis that ends there; then none.
            r##"<polyline points="222.0,320.0 374.0,320.0 526.0,510.0" fill="none" stroke="#1f6feb""##,
            ">backlog</text>",
        ] {
            assert!(svg.contains(part), "{part} is missing in:\n{svg}");
        }
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn a_run_of_nothing_has_a_picture_too() {
        let mut report = sample::report();
        report.moments.clear();
        report.curves.accept = Curve::default();
        report.curves.accept_to_receipt = Curve::default();
        report.curves.due_to_receipt = Curve::default();
        let svg = svg(&report);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}
