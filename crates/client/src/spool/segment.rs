//! A numbered file of frames.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::directory::private;
use super::frame::walk;
use super::{Codec, Entry, SpoolError};

/// A place between two frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

/// An entry as it was read.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Behind it.
    pub(crate) end: Position,
    pub(crate) bytes: u64,
    /// Nothing if the disk did not keep it.
    pub(crate) entry: Option<Entry>,
}

/// What a segment holds behind a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Where its last sound frame ends.
    pub(super) end: u64,
    pub(super) entries: u64,
    pub(super) bytes: u64,
    /// Whether some of it is not what was written: torn at the end, or damaged.
    pub(super) is_damaged: bool,
}

/// The file's name; names sort as numbers do.
pub(super) fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:020}.segment"))
}

/// The numbers of the segments that are there, in order.
pub(super) fn list(directory: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for file in fs::read_dir(directory)? {
        let name = file?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".segment"));
        numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// A new file, which must not be there yet.
pub(super) fn create(directory: &Path, number: u64) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Appending: after a failed write the file is cut back, and goes on there.
    options.append(true).create_new(true);
    private(&mut options).open(path(directory, number))
}

/// Removes a segment that is no longer needed; a damaged one is kept for inspection.
pub(super) fn discard(directory: &Path, number: u64, is_damaged: bool) -> io::Result<()> {
    let path = path(directory, number);
    if is_damaged {
        fs::rename(&path, path.with_extension("damaged"))
    } else {
        fs::remove_file(path)
    }
}

/// Whether a segment can be read: one run of a process wrote all of it, with one key or none.
pub(super) fn check_key(directory: &Path, number: u64, codec: &Codec) -> Result<(), SpoolError> {
    let bytes =
        bytes(directory, number, 0, u64::MAX).map_err(SpoolError::io("cannot read the spool"))?;
    match walk(&bytes).find_map(|frame| frame.payload) {
        Some(first) => codec.decode(first).map(drop),
        None => Ok(()),
    }
}

/// Looks through a segment from `offset` on.
pub(super) fn scan(directory: &Path, number: u64, offset: u64) -> io::Result<Scan> {
    let bytes = bytes(directory, number, offset, u64::MAX)?;
    let mut scan = Scan {
        end: offset,
        entries: 0,
        bytes: 0,
        is_damaged: false,
    };
    let (mut entries, mut length) = (0, 0);
    for frame in walk(&bytes) {
        entries += 1;
        length += frame.bytes as u64;
        // After the last sound one is a tail that was never promised.
        if frame.payload.is_some() {
            (scan.entries, scan.bytes) = (entries, length);
            scan.end = offset + frame.end as u64;
        }
    }
    scan.is_damaged = scan.end < offset + bytes.len() as u64;
    Ok(scan)
}

/// Entries from `from` on, not beyond `end`; more than one only up to `max_bytes`.
pub(super) fn read(
    directory: &Path,
    from: Position,
    end: u64,
    max_bytes: u64,
    codec: &Codec,
) -> io::Result<Vec<Stored>> {
    let mut limit = max_bytes;
    loop {
        let bytes = bytes(
            directory,
            from.segment,
            from.offset,
            limit.min(end - from.offset),
        )?;
        let found: Vec<_> = walk(&bytes)
            .map(|frame| Stored {
                end: Position {
                    segment: from.segment,
                    offset: from.offset + frame.end as u64,
                },
                bytes: frame.bytes as u64,
                entry: frame.payload.and_then(|payload| {
                    let json = codec.decode(payload).ok()?;
                    serde_json::from_slice(&json).ok()
                }),
            })
            .collect();
        // The next one may be larger than what was read.
        if !found.is_empty() || limit >= end - from.offset {
            return Ok(found);
        }
        limit = u64::MAX;
    }
}

fn bytes(directory: &Path, number: u64, offset: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path(directory, number))?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
