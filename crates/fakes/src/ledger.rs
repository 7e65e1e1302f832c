//! The two ledgers: what was accepted, and what receivers got. One JSON object a line.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A 202.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// Whose request it was; empty where a token that was given says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    /// When the request was due, in microseconds since 1970.
    pub due_at: u64,
    /// When the 202 was there, likewise.
    pub accepted_at: u64,
    /// What it promised.
    pub notification_ids: Vec<Uuid>,
}

/// A call of a webhook or another provider, or a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// When it came, in microseconds since 1970.
    pub at: u64,
    /// The header that names the delivery (of a mail: `Message-ID` up to the `@`), or the
    /// notification where providers hear no more of it; empty where there was none.
    pub webhook_id: String,
    /// The notification in its body, or in a mail's header.
    pub notification_id: Option<Uuid>,
    /// The device that it was for, where one provider serves many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Whether its signature held; nothing where no secret was given.
    pub verified: Option<bool>,
    /// The status it was answered with.
    pub status: u16,
    /// How long the answer asks the sender to wait before it calls again for the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Received {
    /// Whether the answer said that it arrived.
    pub fn taken(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A file that grows by lines. They wait in a buffer, so that the machine under load is not asked
/// to write for each; a caller that adds must also flush.
pub struct LedgerWriter {
    path: PathBuf,
    file: BufWriter<File>,
}

impl LedgerWriter {
    /// Opens or makes it; what is there stays.
    ///
    /// # Errors
    /// The file.
    pub fn append(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Adds a line; in one piece, so that a full buffer is never written up to the middle of it.
    ///
    /// # Errors
    /// The file.
    pub fn add(&mut self, entry: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let added = self.file.write_all(&line);
        added.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Lets readers see all that was added.
    ///
    /// # Errors
    /// The file.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        let flushed = self.file.flush();
        flushed.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// What a ledger held when it was last read. Only what is new is read, as it may be large.
pub struct LedgerReader<T> {
    path: PathBuf,
    file: BufReader<File>,
    /// The beginning of a line that is still being written.
    rest: String,
    entries: Vec<T>,
}

impl<T: DeserializeOwned> LedgerReader<T> {
    /// Opens it; nothing is read yet.
    ///
    /// # Errors
    /// The file.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::new(file),
            rest: String::new(),
            entries: Vec::new(),
        })
    }

    /// Reads what was added since, and gives all.
    ///
    /// # Errors
    /// The file.
    pub fn read(&mut self) -> anyhow::Result<&[T]> {
        let place = |path: &Path, line: usize| format!("{}, line {}", path.display(), line + 1);
        loop {
            let read = self.file.read_line(&mut self.rest);
            read.with_context(|| place(&self.path, self.entries.len()))?;
            if !self.rest.ends_with('\n') {
                return Ok(&self.entries);
            }
            let entry = serde_json::from_str(&self.rest);
            let entry = entry.with_context(|| place(&self.path, self.entries.len()))?;
            self.entries.push(entry);
            self.rest.clear();
        }
    }
}
