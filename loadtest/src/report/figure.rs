//! A number with its unit: for people in the text, for programs in the name.

use serde_json::Value;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Words.
    Text,
    Count,
    Ms,
    Seconds,
    PerSecond,
    Percent,
    /// Microseconds of CPU time.
    CpuUs,
    Kib,
    Mib,
    /// How many times as much.
    Times,
}

/// A value, whose unit is known from its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// It is not known, or does not apply.
    None,
    Text(String),
    Count(u64),
    Number(f64),
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(super) what: String,
    pub(super) unit: Unit,
}

/// Where a figure becomes a failure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Unit {
    /// After a number.
    fn mark(self) -> &'static str {
        match self {
            Self::Text | Self::Count | Self::Times => "",
            Self::Ms => " ms",
            Self::Seconds => " s",
            Self::PerSecond => "/s",
            Self::Percent => "%",
            Self::CpuUs => " µs",
            Self::Kib => " KiB",
            Self::Mib => " MiB",
        }
    }

    /// At the end of a name.
    fn suffix(self) -> &'static str {
        match self {
            Self::Text | Self::Count | Self::Times => "",
            Self::Ms => "_ms",
            Self::Seconds => "_s",
            Self::PerSecond => "_per_s",
            Self::Percent => "_percent",
            Self::CpuUs => "_us",
            Self::Kib => "_kib",
            Self::Mib => "_mib",
        }
    }

    /// With the unit.
    pub(super) fn text(self, cell: &Cell) -> String {
        match cell {
            Cell::None | Cell::Text(_) => self.bare(cell),
            Cell::Count(_) | Cell::Number(_) => self.bare(cell) + self.mark(),
        }
    }

    /// Without the unit, which a table has in its head.
    pub(super) fn bare(self, cell: &Cell) -> String {
        match cell {
            Cell::None => "–".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(number) => match self {
                Self::Count | Self::CpuUs => format!("{number:.0}"),
                Self::Times => format!("{number:.2}"),
                _ => format!("{number:.1}"),
            },
        }
    }

    /// The name of a figure in JSON: `p99, ms` is `p99_ms`.
    pub(super) fn key(self, what: &str) -> String {
        let mut key = String::new();
        for letter in what.to_lowercase().chars() {
            if letter.is_ascii_alphanumeric() {
                key.push(letter);
            } else if !key.is_empty() && !key.ends_with('_') {
                key.push('_');
            }
        }
        key.trim_end_matches('_').to_owned() + self.suffix()
    }
}

impl Cell {
    pub(super) fn json(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Count(count) => (*count).into(),
            Self::Number(number) => (*number).into(),
        }
    }
}

impl Column {
    pub(crate) fn new(what: impl Into<String>, unit: Unit) -> Self {
        let what = what.into();
        Self { what, unit }
    }

    pub(crate) fn text(what: impl Into<String>) -> Self {
        Self::new(what, Unit::Text)
    }

    pub(crate) fn count(what: impl Into<String>) -> Self {
        Self::new(what, Unit::Count)
    }

    pub(super) fn head(&self) -> String {
        match self.unit.mark().trim() {
            "" => self.what.clone(),
            mark => format!("{}, {mark}", self.what),
        }
    }

    pub(super) fn key(&self) -> String {
        self.unit.key(&self.what)
    }
}

impl Limit {
    /// So many at most.
    pub(crate) fn of(count: u64) -> Self {
        Self::AtMost(count as f64)
    }

    pub(super) fn holds(self, cell: &Cell) -> bool {
        let value = match cell {
            Cell::Count(count) => *count as f64,
            Cell::Number(number) => *number,
            Cell::None | Cell::Text(_) => return false,
        };
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }

    fn value(self) -> Cell {
        match self {
            Self::AtMost(limit) | Self::AtLeast(limit) if limit.fract() == 0.0 => {
                Cell::Count(limit as u64)
            }
            Self::AtMost(limit) | Self::AtLeast(limit) => limit.into(),
        }
    }

    pub(super) fn text(self, unit: Unit) -> String {
        unit.text(&self.value())
    }

    /// As a cell of its own.
    pub(super) fn cell(self, unit: Unit) -> String {
        let sign = match self {
            Self::AtMost(_) => '≤',
            Self::AtLeast(_) => '≥',
        };
        format!("{sign} {}", self.text(unit))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_from_what_people_read() {
        assert_eq!(Unit::PerSecond.key("Rate reached"), "rate_reached_per_s");
        assert_eq!(Unit::Ms.key("202 → provider"), "202_provider_ms");
        assert_eq!(Unit::Count.key("failed: 503"), "failed_503");
    }
}
