//! What an experiment showed, and whether its limits were kept: one model for all of them.
//!
//! An experiment states each figure once, with its unit and its limit. From that come the verdict, `report.json` for
//! programs, `report.md` for people, and `report.svg`. `figure` is a number with a unit, `latencies` a histogram,
//! `costs` what processes use, `answers` what became of requests, `markdown` the page, `plot` the picture.

mod answers;
mod costs;
mod figure;
mod latencies;
mod machine;
mod markdown;
mod plot;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Map, Value, json};

pub(crate) use answers::Answers;
use costs::Use;
pub(crate) use costs::{Costs, command, pss_kib};
pub(crate) use figure::{Cell, Column, Limit, Unit};
pub(crate) use latencies::Latencies;
use machine::Machine;
pub(crate) use plot::{Line, Plot};

/// All of it.
#[derive(Debug)]
pub(crate) struct Report {
    title: String,
    machine: Machine,
    /// Why it failed, a line for each limit that was missed; empty: it passed.
    missed: Vec<String>,
    figures: Vec<Figure>,
    blocks: Vec<Block>,
    plots: Vec<Plot>,
}

/// A figure of the first table.
#[derive(Debug)]
struct Figure {
    what: String,
    unit: Unit,
    value: Cell,
    limit: Option<Limit>,
}

/// What follows the first table.
#[derive(Debug)]
enum Block {
    Text(String),
    Table(Table),
    Picture,
}

/// Rows with the same columns.
#[derive(Debug)]
struct Table {
    /// Its name in `report.json`.
    key: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// A row of a table of latencies.
pub(crate) struct Timed<'a> {
    pub(crate) what: &'static str,
    pub(crate) latencies: &'a Latencies,
    /// Of the 99th percentile.
    pub(crate) limit: Option<Duration>,
}

impl<'a> Timed<'a> {
    /// Without a limit.
    pub(crate) fn of(what: &'static str, latencies: &'a Latencies) -> Self {
        Self {
            what,
            latencies,
            limit: None,
        }
    }

    /// With a limit of the 99th percentile.
    pub(crate) fn within(what: &'static str, latencies: &'a Latencies, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..Self::of(what, latencies)
        }
    }
}

impl Report {
    /// Nothing is known yet, so nothing is missed.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            machine: Machine::here(),
            missed: Vec::new(),
            figures: Vec::new(),
            blocks: Vec::new(),
            plots: Vec::new(),
        }
    }

    /// Adds a figure.
    pub(crate) fn figure(&mut self, what: impl Into<String>, unit: Unit, value: impl Into<Cell>) {
        self.add(what.into(), unit, value.into(), None);
    }

    /// States a count, of which there may be so many.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, count: impl Into<Cell>, max: u64) {
        self.limited(what, Unit::Count, count, Limit::of(max));
    }

    /// Adds a figure that fails the run beyond its limit.
    pub(crate) fn limited(
        &mut self,
        what: impl Into<String>,
        unit: Unit,
        value: impl Into<Cell>,
        limit: Limit,
    ) {
        let (what, value) = (what.into(), value.into());
        if !limit.holds(&value) {
            let (value, limit) = (unit.text(&value), limit.text(unit));
            self.miss(format!("{what}: {value}, the limit is {limit}"));
        }
        self.add(what, unit, value, Some(limit));
    }

    /// Adds a figure for each reason of failure; gives how many failed.
    pub(crate) fn failures(&mut self, kind: &str, answers: &Answers) -> u64 {
        for (why, count) in &answers.failed {
            let what = match kind {
                "" => format!("failed: {why}"),
                kind => format!("failed: {kind}, {why}"),
            };
            self.figure(what, Unit::Count, *count);
        }
        answers.failures()
    }

    fn add(&mut self, what: String, unit: Unit, value: Cell, limit: Option<Limit>) {
        self.figures.push(Figure {
            what,
            unit,
            value,
            limit,
        });
    }

    /// Fails the run for a reason that is not a figure's.
    pub(crate) fn miss(&mut self, why: impl Into<String>) {
        self.missed.push(why.into());
    }

    /// Adds a paragraph.
    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a table, unless it has no rows.
    pub(crate) fn table(
        &mut self,
        key: &'static str,
        columns: impl IntoIterator<Item = Column>,
        rows: Vec<Vec<Cell>>,
    ) {
        if !rows.is_empty() {
            self.blocks.push(Block::Table(Table {
                key,
                columns: columns.into_iter().collect(),
                rows,
            }));
        }
    }

    /// Adds a table of latencies, and a plot of them by percentile.
    pub(crate) fn latencies<'a>(&mut self, rows: impl IntoIterator<Item = Timed<'a>>) {
        let (mut cells, mut curves) = (Vec::new(), Vec::new());
        for Timed {
            what,
            latencies,
            limit,
        } in rows
        {
            let limit_ms = limit.map(|limit| limit.as_secs_f64() * 1_000.0);
            let p99_ms = latencies.ms(0.99);
            if let Some(limit_ms) = limit_ms.filter(|limit_ms| p99_ms > *limit_ms) {
                self.miss(format!(
                    "p99 of {what}: {p99_ms:.1} ms, the limit is {limit_ms:.0} ms"
                ));
            }
            let mut row = vec![Cell::from(what), latencies.count().into()];
            row.extend(latencies.cells());
            row.push(limit_ms.into());
            cells.push(row);
            curves.push((what, latencies));
        }
        let [what, answered] = [
            Column::text("latency"),
            Column::new("answered", Unit::Count),
        ];
        let mut columns = vec![what, answered];
        columns.extend(Latencies::columns());
        columns.push(Column::new("limit of p99", Unit::Ms));
        self.table("latencies", columns, cells);
        self.plots.push(Plot::by_percentile(&curves));
    }

    /// Adds a table of what each process used, for each of so many `what`.
    pub(crate) fn costs(&mut self, what: &str, uses: &[Use], count: u64) {
        let (columns, rows) = costs::table(what, uses, count);
        self.table("costs", columns, rows);
        if uses.iter().any(|used| used.is_machine_wide) {
            self.text(costs::NOTE);
        }
    }

    /// Adds a plot to the picture.
    pub(crate) fn plot(&mut self, plot: Plot) {
        self.plots.push(plot);
    }

    /// The picture stands here.
    pub(crate) fn picture(&mut self) {
        self.blocks.push(Block::Picture);
    }

    /// Why it failed; nothing: it passed.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }

    /// For programs: figures and tables by name, with their units.
    pub(crate) fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("passed".to_owned(), self.missed.is_empty().into());
        all.insert("missed".to_owned(), json!(self.missed));
        all.insert("machine".to_owned(), json!(self.machine));
        for figure in &self.figures {
            all.insert(figure.unit.key(&figure.what), figure.value.json());
        }
        for block in &self.blocks {
            if let Block::Table(table) = block {
                all.insert(table.key.to_owned(), table.json());
            }
        }
        if !self.plots.is_empty() {
            all.insert("plots".to_owned(), json!(self.plots));
        }
        all.into()
    }

    /// For people.
    pub(crate) fn markdown(&self) -> String {
        markdown::page(self)
    }

    /// Writes `report.json`, `report.md`, and `report.svg` if there is a picture.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write("report.json", serde_json::to_string_pretty(&self.json())?)?;
        write("report.md", self.markdown())?;
        if self.plots.is_empty() {
            return Ok(());
        }
        write("report.svg", plot::document(&self.plots))
    }

    /// Writes the JSON alone.
    pub(crate) fn write_json(&self, path: Option<&Path>) -> anyhow::Result<()> {
        let Some(path) = path else { return Ok(()) };
        std::fs::write(path, serde_json::to_vec_pretty(&self.json())?)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Table {
    /// A list of objects.
    fn json(&self) -> Value {
        let row = |cells: &Vec<Cell>| {
            let pairs = self.columns.iter().zip(cells);
            let pairs = pairs.map(|(column, cell)| (column.key(), cell.json()));
            Value::from(pairs.collect::<Map<_, _>>())
        };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::new("Load test: push at 1000/s for 2 s");
        report.figure("rate reached", Unit::PerSecond, 999.54);
        report.limited("lost", Unit::Count, 0_u32, Limit::AtMost(0.0));
        let mut accept = Latencies::default();
        (1..=100).for_each(|ms| accept.record(Duration::from_millis(ms)));
        report.latencies([Timed {
            what: "accept",
            latencies: &accept,
            limit: Some(Duration::from_millis(100)),
        }]);
        report.picture();
        report.costs("notification", &costs::sample(), 1_000);
        report
    }

    #[test]
    fn a_page_says_how_it_went_and_what_it_cost() {
        let page = report().markdown();
        for part in [
            "# Load test: push at 1000/s for 2 s\n\n**Passed**: every limit was kept.",
            "| figure       |",
            "| rate reached | 999.5/s |       |",
            "| lost         |       0 | ≤ 0   |",
            "| accept  |      100 |    50.0 |    90.0 |    99.0 |   100.0 |            100.0 |",
            "](report.svg)",
            "| api 1                   |                      120 |        20.0 |         40.0 |",
            "| Postgres (machine-wide) |                      300 |        20.0 |            – |",
        ] {
            assert!(page.contains(part), "{part} is missing in:\n{page}");
        }
    }

    #[test]
    fn a_program_finds_figures_by_name_and_unit() {
        let json = report().json();
        assert_eq!(json["passed"], true);
        assert_eq!(json["rate_reached_per_s"], 999.54);
        assert_eq!(json["lost"], 0);
        assert_eq!(json["latencies"][0]["answered"], 100);
        assert!(json["latencies"][0]["p50_ms"].is_f64());
        assert_eq!(json["costs"][0]["process"], "api 1");
        assert_eq!(json["costs"][0]["cpu_per_notification_us"], 120.0);
        assert_eq!(json["plots"][0]["lines"][0]["name"], "accept");
    }

    #[test]
    fn every_missed_limit_is_named() {
        let mut report = report();
        report.limited("doubled", Unit::Count, 3_u32, Limit::AtMost(1.0));
        report.limited("hit rate", Unit::Percent, 79.9, Limit::AtLeast(80.0));
        report.limited("twice the same", Unit::Count, 2_u32, Limit::AtMost(2.0));
        let mut slow = Latencies::default();
        slow.record(Duration::from_micros(50_100));
        report.latencies([Timed {
            what: "count",
            latencies: &slow,
            limit: Some(Duration::from_millis(50)),
        }]);
        let missed = [
            "doubled: 3, the limit is 1",
            "hit rate: 79.9%, the limit is 80%",
            "p99 of count: 50.1 ms, the limit is 50 ms",
        ];
        assert_eq!(report.missed(), missed);
        let page = report.markdown();
        assert!(page.contains("**Failed**:\n\n- doubled: 3"), "{page}");
        assert_eq!(report.json()["passed"], false);
    }
}
