//! The two ledgers: what callers were promised, and what receivers got. One JSON object a line.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A 202.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Promised {
    /// When the request was due, in microseconds since 1970.
    pub(crate) due_us: u64,
    /// When the 202 was there.
    pub(crate) accepted_us: u64,
    /// What it promised.
    pub(crate) ids: Vec<Uuid>,
}

/// A webhook's call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Received {
    /// When it came, in microseconds since 1970.
    pub(crate) at_us: u64,
    /// The header that names the delivery.
    pub(crate) webhook_id: String,
    /// The notification in its body.
    pub(crate) notification_id: Option<Uuid>,
    /// Whether its signature held; nothing where no secret was given.
    pub(crate) verified: Option<bool>,
    /// The status it was answered with.
    pub(crate) status: u16,
}

/// A file that grows by whole lines. Each is written at once, so that a killed process has lost
/// nothing that it said.
pub(crate) struct Ledger(File);

impl Ledger {
    /// Opens or makes it; what is there stays.
    pub(crate) fn append(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self(file.with_context(|| {
            format!("cannot write {}", path.display())
        })?))
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, entry: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.0.write_all(&line).context("cannot write the ledger")
    }
}

/// Reads a ledger; a last line that is still being written is left out.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (mut entries, mut lines) = (Vec::new(), BufReader::new(file).lines());
    let mut number = 0;
    while let Some(line) = lines.next().transpose()? {
        number += 1;
        match serde_json::from_str(&line) {
            Ok(entry) => entries.push(entry),
            Err(error) if lines.next().is_some() => {
                return Err(error).with_context(|| format!("{}, line {number}", path.display()));
            }
            Err(_) => {}
        }
    }
    Ok(entries)
}
