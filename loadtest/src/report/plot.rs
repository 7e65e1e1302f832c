//! The picture: plots of lines in SVG, each with axes, ticks and a legend.

use std::fmt::Write;

use serde::Serialize;

use super::Latencies;

const COLOURS: [&str; 5] = ["#1f6feb", "#1a7f37", "#bc4c00", "#8250df", "#656d76"];
/// Readers look at the nines, so every nine has the same width.
const PERCENTILES: [(f64, &str); 6] = [
    (0.0, "0%"),
    (0.5, "50%"),
    (0.9, "90%"),
    (0.99, "99%"),
    (0.999, "99.9%"),
    (0.9999, "99.99%"),
];
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 270.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 30.0;

/// A line.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

/// Where on an axis something is written.
#[derive(Debug)]
struct Tick {
    at: f64,
    label: String,
}

/// One plot; the axes reach from the first tick to the last.
#[derive(Debug, Serialize)]
pub(crate) struct Plot {
    pub(super) title: &'static str,
    lines: Vec<Line>,
    #[serde(skip)]
    x: Vec<Tick>,
    #[serde(skip)]
    y: Vec<Tick>,
    /// Where a point lies on the axes, which may not be even.
    #[serde(skip)]
    place: fn((f64, f64)) -> (f64, f64),
}

impl Line {
    pub(crate) fn new(name: &'static str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let points = points.into_iter().collect();
        Self { name, points }
    }
}

/// Both axes by powers of ten: of what is left to 100%, and of milliseconds.
fn by_nines((quantile, ms): (f64, f64)) -> (f64, f64) {
    let nines = -(1.0 - quantile.min(0.9999)).log10();
    // Below a tenth of a millisecond nothing is of interest.
    (nines, ms.max(0.1).log10())
}

impl Plot {
    /// Latencies by percentile.
    pub(super) fn by_percentile(curves: &[(&'static str, &Latencies)]) -> Self {
        let line = |(name, latencies): &(&'static str, &Latencies)| {
            let points = latencies.curve().into_iter();
            Line::new(name, points.filter(|(quantile, _)| *quantile <= 0.9999))
        };
        let lines: Vec<Line> = curves.iter().map(line).collect();
        let points = lines.iter().flat_map(|line| &line.points);
        let highest = points
            .map(|point| by_nines(*point).1.ceil())
            .fold(1.0, f64::max);
        let x = PERCENTILES.map(|(quantile, label)| Tick {
            at: by_nines((quantile, 1.0)).0,
            label: label.to_owned(),
        });
        let y = (-1..=highest as i32).map(|power| Tick {
            at: f64::from(power),
            label: format!("{}", 10_f64.powi(power)),
        });
        Self {
            title: "Latency, ms, by percentile",
            lines,
            x: x.into(),
            y: y.collect(),
            place: by_nines,
        }
    }

    /// Over the seconds of the run, from zero on both axes.
    pub(crate) fn over_time(title: &'static str, lines: impl Into<Vec<Line>>) -> Self {
        let lines = lines.into();
        let most = |of: fn(&(f64, f64)) -> f64| {
            let points = lines.iter().flat_map(|line| &line.points);
            points.map(of).fold(0.0, f64::max)
        };
        Self {
            title,
            x: round_ticks(most(|point| point.0)),
            y: round_ticks(most(|point| point.1)),
            lines,
            place: |point| point,
        }
    }

    /// Draws it so far below the top.
    fn draw(&self, svg: &mut String, below: f64) {
        let x = |at: f64| LEFT + share(&self.x, at) * (WIDTH - LEFT - RIGHT);
        let y = |at: f64| below + HEIGHT - BOTTOM - share(&self.y, at) * (HEIGHT - TOP - BOTTOM);
        let mut add = |text: String| {
            let _ = writeln!(svg, "{text}");
        };
        let heading = below + 20.0;
        add(format!(
            r#"<text x="{LEFT}" y="{heading:.1}" font-weight="bold">{}</text>"#,
            self.title
        ));
        let (right, bottom) = (WIDTH - RIGHT, below + HEIGHT - BOTTOM);
        for tick in &self.y {
            let (x, y, label) = (LEFT - 8.0, y(tick.at), &tick.label);
            add(format!(
                r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#ddd"/>"##
            ));
            let y = y + 4.0;
            add(format!(
                r#"<text x="{x}" y="{y:.1}" text-anchor="end">{label}</text>"#
            ));
        }
        for tick in &self.x {
            let (x, y, label) = (x(tick.at), bottom + 18.0, &tick.label);
            add(format!(
                r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle">{label}</text>"#
            ));
        }
        add(format!(
            r##"<path d="M{LEFT} {bottom:.1}H{right}" stroke="#333"/>"##
        ));
        let colours = COLOURS.iter().cycle();
        for (number, (Line { name, points }, colour)) in self.lines.iter().zip(colours).enumerate()
        {
            let point = |point: &(f64, f64)| {
                let (at, value) = (self.place)(*point);
                format!("{:.1},{:.1}", x(at), y(value))
            };
            let path: Vec<String> = points.iter().map(point).collect();
            let path = path.join(" ");
            add(format!(
                r#"<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>"#
            ));
            let (x, y) = (LEFT + 200.0 * number as f64, below + 38.0);
            add(format!(
                r#"<text x="{x}" y="{y:.1}" fill="{colour}">{name}</text>"#
            ));
        }
    }
}

/// These plots, one below the other.
pub(super) fn document(plots: &[Plot]) -> String {
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

/// From 0 at the first tick to 1 at the last.
fn share(ticks: &[Tick], at: f64) -> f64 {
    let (Some(first), Some(last)) = (ticks.first(), ticks.last()) else {
        return 0.0;
    };
    let width = last.at - first.at;
    if width > 0.0 {
        ((at - first.at) / width).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// The least that an axis reaches to.
const LEAST: f64 = 5.0;

/// Round numbers from 0 to at least `most`.
fn round_ticks(most: f64) -> Vec<Tick> {
    let most = most.max(LEAST);
    let power = 10_f64.powf((most / 5.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| step * 5.0 >= most);
    let step = step.unwrap_or(most);
    let count = (most / step).ceil() as u32;
    let tick = |number: u32| {
        let at = f64::from(number) * step;
        let label = format!("{at}");
        Tick { at, label }
    };
    (0..=count).map(tick).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        let labels = |most| {
            let ticks = round_ticks(most).into_iter();
            ticks.map(|tick| tick.label).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(labels(1_013.0), "0 500 1000 1500");
        assert_eq!(labels(60.0), "0 20 40 60");
        assert_eq!(labels(7.0), "0 2 4 6 8");
        assert_eq!(labels(0.0), "0 1 2 3 4 5");
    }

    #[test]
    fn a_picture_has_all_plots_with_every_line() {
        let mut latencies = Latencies::default();
        (1..=1_000).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        // 1,000 in each second, at the top of an axis that ends there; then none.
        let accepted = Line::new("accepted", [(1.0, 1_000.0), (2.0, 1_000.0), (3.0, 0.0)]);
        let svg = document(&[
            Plot::by_percentile(&[
                ("due → 202", &latencies),
                ("nothing", &Latencies::default()),
            ]),
            Plot::over_time("Notifications a second", [accepted]),
        ]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<polyline ").count(), 3);
        for part in [
            ">Latency, ms, by percentile</text>",
            ">99.99%</text>",
            ">due → 202</text>",
            ">Notifications a second</text>",
            r##"<polyline points="222.0,320.0 374.0,320.0 526.0,510.0" fill="none" stroke="#1f6feb""##,
        ] {
            assert!(svg.contains(part), "{part} is missing in:\n{svg}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
