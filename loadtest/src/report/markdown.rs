//! The report as a page. Columns are padded, so that it can be read on a terminal as well.

use super::{Block, Cell, Report, Table};

/// The page; its picture lies beside it.
pub(super) fn page(report: &Report) -> String {
    let mut parts = vec![format!("# {}", report.title), verdict(&report.missed)];
    let machine = &report.machine;
    let mut place = format!(
        "{}, on {} cores, which everything shares: `{}`.",
        machine.at, machine.cores, machine.command
    );
    if machine.is_debug_build {
        place += " The load was a debug build and took more CPU than it needs.";
    }
    parts.push(place);
    if !report.figures.is_empty() {
        parts.push(figures(report));
    }
    for block in &report.blocks {
        parts.push(match block {
            Block::Text(text) => text.clone(),
            Block::Table(table) => of_table(table),
            Block::Picture => titles(report),
        });
    }
    parts.join("\n\n") + "\n"
}

/// Whether it passed, and if not, why.
fn verdict(missed: &[String]) -> String {
    if missed.is_empty() {
        return "**Passed**: every limit was kept.".to_owned();
    }
    let lines: Vec<String> = missed.iter().map(|missed| format!("- {missed}")).collect();
    format!("**Failed**:\n\n{}", lines.join("\n"))
}

fn titles(report: &Report) -> String {
    let titles: Vec<&str> = report.plots.iter().map(|plot| plot.title).collect();
    format!("![{}](report.svg)", titles.join("; "))
}

fn figures(report: &Report) -> String {
    let row = |figure: &super::Figure| {
        let limit = figure.limit.map(|limit| limit.cell(figure.unit));
        vec![
            (figure.what.clone(), false),
            (figure.unit.text(&figure.value), is_number(&figure.value)),
            (limit.unwrap_or_default(), false),
        ]
    };
    let head = ["figure", "", "limit"].map(str::to_owned);
    table(&head, report.figures.iter().map(row).collect())
}

fn of_table(of: &Table) -> String {
    let head: Vec<String> = of.columns.iter().map(super::Column::head).collect();
    let row = |cells: &Vec<Cell>| {
        let cells = of.columns.iter().zip(cells);
        let text = |(column, cell): (&super::Column, &Cell)| {
            (column.unit.bare(cell), !matches!(cell, Cell::Text(_)))
        };
        cells.map(text).collect()
    };
    table(&head, of.rows.iter().map(row).collect())
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Count(_) | Cell::Number(_))
}

/// Cells with whether they stand to the right.
fn table(head: &[String], rows: Vec<Vec<(String, bool)>>) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|(text, _)| text.chars().count());
        cells.chain([head[column].chars().count(), 3]).max()
    };
    let widths: Vec<usize> = (0..head.len()).filter_map(width).collect();
    let line = |cells: Vec<(String, bool)>| {
        let cells = cells.into_iter().zip(&widths);
        let padded = cells.map(|((text, to_the_right), width)| match to_the_right {
            true => format!(" {text:>width$} |"),
            false => format!(" {text:<width$} |"),
        });
        format!("|{}", padded.collect::<String>())
    };
    let rule: String = widths
        .iter()
        .map(|width| "-".repeat(width + 2) + "|")
        .collect();
    let head = head.iter().map(|text| (text.clone(), false)).collect();
    let mut lines = vec![line(head), format!("|{rule}")];
    lines.extend(rows.into_iter().map(line));
    lines.join("\n")
}
