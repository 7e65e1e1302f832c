//! A table that is moved, and what is not.

use super::MovedKind;

/// A table with rows of tenants.
#[derive(Debug, PartialEq, Eq)]
pub struct MovedTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns but for `tenant`.
    pub columns: &'static [MovedColumn],
    /// The column without which a row is no more than a lock.
    pub required: Option<&'static str>,
    /// Whether the target may have rows already, which the first frame of an import replaces: every installation has a
    /// tenant `default`, and its audit log says that it was suspended.
    pub replaces: bool,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct MovedColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: MovedKind,
}

impl MovedTable {
    /// Whether rows have keys, which only encrypted files hold.
    pub fn has_keys(&self) -> bool {
        self.columns.iter().any(|column| column.kind.is_key())
    }

    /// Where a column's values are in a row.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// Tables with rows of tenants that stay where they are, and why.
pub const NOT_MOVED: &[(&str, &str)] = &[
    (
        "account_troubles",
        "what workers of the source observe at present; those of the target observe for themselves",
    ),
    (
        "key_rotations",
        "how far a walk over the source is; the former keys are moved, and a rotation at the target removes them",
    ),
    ("tenant_imports", "how far an import into this database is"),
];

/// Columns that are not moved, and why.
pub const LEFT_OUT: &[(&str, &str, &str)] = &[
    (
        "dispatch",
        "holder",
        "a worker of the source: none of the target holds it",
    ),
    (
        "deliveries",
        "user_id",
        "the notification has it; only Postgres repeats it here",
    ),
];
