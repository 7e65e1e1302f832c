//! What the service refused when it was replayed, in a file of JSON lines that people can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;

use super::Entry;
use super::directory::private;
use crate::Problem;

const FILE: &str = "rejected.jsonl";

/// One refused call.
#[derive(Debug, Serialize)]
pub(crate) struct RejectedLine<'a> {
    pub(crate) rejected_at_ms: u64,
    pub(crate) problem: &'a Problem,
    #[serde(flatten)]
    pub(crate) entry: &'a Entry,
}

/// Adds a line and waits until the disk has it. The file is opened anew: it may have been moved away meanwhile.
pub(super) fn add(directory: &Path, line: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    let mut file = private(&mut options).open(directory.join(FILE))?;
    // A crash may have torn the line before; its entry is written again on a separate line.
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    let begin: &[u8] = if last == *b"\n" { b"" } else { b"\n" };
    file.write_all(&[begin, line, b"\n"].concat())?;
    file.sync_data()?;
    super::directory::sync(directory)
}

/// How large it is; it counts, so that refusals cannot fill a disk.
pub(super) fn size(directory: &Path) -> u64 {
    fs::metadata(directory.join(FILE)).map_or(0, |file| file.len())
}
