//! A plot of lines in SVG: axes with ticks, and a legend.

use std::fmt::Write;

/// A line.
pub(crate) struct Line {
    pub(super) name: &'static str,
    pub(super) colour: &'static str,
    pub(super) points: Vec<(f64, f64)>,
}

/// Where on an axis something is written.
pub(crate) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// One plot; the axes reach from the first tick to the last.
pub(crate) struct Plot {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
    pub(super) x: Vec<Tick>,
    pub(super) y: Vec<Tick>,
}

pub(super) const WIDTH: f64 = 860.0;
pub(super) const HEIGHT: f64 = 270.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 30.0;

impl Plot {
    /// Draws it so far below the top.
    pub(super) fn draw(&self, svg: &mut String, below: f64) {
        let x = |at: f64| LEFT + place(&self.x, at) * (WIDTH - LEFT - RIGHT);
        let y = |at: f64| below + HEIGHT - BOTTOM - place(&self.y, at) * (HEIGHT - TOP - BOTTOM);
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
            let y = y(tick.at);
            add(format!(
                r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#ddd"/>"##
            ));
            let (x, y) = (LEFT - 8.0, y + 4.0);
            let label = &tick.label;
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
        for (number, line) in self.lines.iter().enumerate() {
            let mut path = String::new();
            for (at, value) in &line.points {
                let _ = write!(path, "{:.1},{:.1} ", x(*at), y(*value));
            }
            let Line { name, colour, .. } = line;
            let path = path.trim_end();
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

/// From 0 at the first tick to 1 at the last.
fn place(ticks: &[Tick], at: f64) -> f64 {
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

/// Nobody counts less than ones.
const LEAST: f64 = 5.0;

/// Round numbers from 0 to at least `most`.
pub(super) fn round_ticks(most: f64) -> Vec<Tick> {
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
}
