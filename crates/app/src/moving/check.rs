//! Reading a whole file before anything of it is stored.

use std::collections::BTreeMap;
use std::io::BufRead;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::file::{FileReader, Frame};
use super::{Head, MoveError, RowSum, TableTotal};

/// What a whole file has.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What it begins with.
    pub head: Head,
    /// What it has of each table with rows.
    pub totals: Vec<TableTotal>,
    /// How many frames have rows.
    pub frames: u64,
}

impl Checked {
    /// How many rows of all tables.
    pub fn rows(&self) -> u64 {
        self.totals.iter().map(|total| total.rows).sum()
    }

    /// How many rows of one.
    pub fn rows_of(&self, table: &str) -> u64 {
        let total = self.totals.iter().find(|total| total.table == table);
        total.map_or(0, |total| total.rows)
    }
}

/// Whether a file is encrypted, so that its passphrase is needed.
///
/// # Errors
/// [`MoveError`]: it is no export.
pub fn is_sealed(input: &mut (dyn BufRead + Send)) -> Result<bool, MoveError> {
    Ok(FileReader::head(input)?.1.is_sealed())
}

/// Reads a whole file and compares it with what its end says. `seen` hears how many bytes were read.
///
/// # Errors
/// [`MoveError`]: it was cut, changed, or is no export.
pub fn check(
    input: &mut (dyn BufRead + Send),
    passphrase: Option<&SecretString>,
    mut seen: impl FnMut(u64),
) -> Result<Checked, MoveError> {
    let mut reader = FileReader::open(input, passphrase)?;
    reader.head.check_tables()?;
    let mut sums: BTreeMap<&str, (u64, RowSum)> = BTreeMap::new();
    let mut frames = 0;
    loop {
        let (text, is_last) = reader.frame()?;
        seen(reader.bytes);
        let frame = Frame::read(&text, is_last, |table, row| {
            let (rows, sum) = sums.entry(table.name).or_default();
            *rows += 1;
            sum.add(row);
        })?;
        let Frame::Totals(end) = frame else {
            frames += 1;
            continue;
        };
        let mut named = end.totals.iter().collect::<Vec<_>>();
        named.sort_by(|one, other| one.table.cmp(&other.table));
        let found = sums.iter().map(|(table, (rows, sum))| TableTotal {
            table: (*table).to_owned(),
            rows: *rows,
            sum: sum.shown(),
        });
        let found: Vec<_> = found.collect();
        if !found.iter().eq(named) || end.sha256 != STANDARD.encode(reader.sha256()) {
            return Err(MoveError::BadFile(
                "its rows are not those that its end names".into(),
            ));
        }
        return Ok(Checked {
            head: reader.head,
            totals: end.totals,
            frames,
        });
    }
}
