//! Tables that fit where they are read.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};

use super::print;

/// The width without a terminal: it fits an email, a ticket and half a screen.
const NARROW: usize = 80;
/// Blanks beside each value.
const PADDING: usize = 2;

/// A table whose columns stand in the order of their importance: those at the end go where there is no room.
pub(crate) struct Columns {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// So many stay in any case, and are wrapped if need be.
    least: usize,
}

impl Columns {
    /// With these columns, of which the first `least` always stay.
    pub(crate) fn new(head: &[&'static str], least: usize) -> Self {
        Self {
            head: head.to_vec(),
            rows: Vec::new(),
            least,
        }
    }

    /// Adds a row with a value for each column.
    pub(crate) fn row(&mut self, values: impl IntoIterator<Item = String>) {
        self.rows.push(values.into_iter().collect());
    }

    /// Prints what fits, or with `wide` everything. Says which columns were left out.
    pub(crate) fn print(self, wide: bool) {
        let terminal = console::Term::stdout().size_checked();
        let width = terminal.map_or(NARROW, |(_, columns)| usize::from(columns));
        print::line(self.text(wide, width));
    }

    fn text(self, wide: bool, width: usize) -> String {
        let widths: Vec<usize> = (0..self.head.len()).map(|at| self.width(at)).collect();
        let mut shown = self.head.len();
        while !wide && shown > self.least && total(&widths[..shown]) > width {
            shown -= 1;
        }
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_header(&self.head[..shown]);
        for row in &self.rows {
            table.add_row(&row[..shown]);
        }
        if !wide && total(&widths[..shown]) > width {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
            // What is copied from here must stay in one piece.
            if let Some(first) = table.column_mut(0) {
                let whole = u16::try_from(widths[0] + PADDING).unwrap_or(u16::MAX);
                first.set_constraint(ColumnConstraint::Absolute(Width::Fixed(whole)));
            }
        }
        let mut text = table.trim_fmt();
        if shown < self.head.len() {
            let more = self.head[shown..].join(", ");
            text.push_str(&format!("\n(--wide shows {more})"));
        }
        text
    }

    fn width(&self, at: usize) -> usize {
        let values = self.rows.iter().map(|row| row[at].as_str());
        let longest = values.chain([self.head[at]]).map(|one| one.chars().count());
        longest.max().unwrap_or(0)
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().map(|one| one + PADDING).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(code: &str) -> Columns {
        let mut columns = Columns::new(&["id", "channel", "code", "died", "detail"], 4);
        columns.row(
            [
                "01939b1e-0000-8000-8000-000000000000",
                "webhook",
                code,
                "2026-01-31 08:00Z",
                "a sentence that takes more than the rest of a narrow line",
            ]
            .map(str::to_owned),
        );
        columns
    }

    #[test]
    fn a_table_fits_its_width_and_says_what_it_left_out() {
        for code in ["410", "THIRD_PARTY_AUTH_ERROR", &"LONG_".repeat(12)] {
            let text = letters(code).text(false, NARROW);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(NARROW), "{text}");
            assert!(
                text.contains("01939b1e-0000-8000-8000-000000000000"),
                "{text}"
            );
            assert!(text.ends_with("(--wide shows detail)"), "{text}");
        }
    }

    #[test]
    fn a_wide_table_has_everything_in_one_line_each() {
        for (wide, width) in [(true, NARROW), (false, 200)] {
            let text = letters("410").text(wide, width);
            assert_eq!(text.lines().count(), 2, "{text}");
            assert!(text.contains("narrow line"), "{text}");
        }
    }
}
