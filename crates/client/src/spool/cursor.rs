//! How far the replay has come, kept over restarts.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::directory::private;
use super::segment::Position;

/// Segment, offset, and a checksum of both.
const BYTES: usize = 20;

/// A file of one small record, overwritten in place.
pub(super) struct Cursor(File);

impl Cursor {
    /// Opens it; gives the place too, unless there is none or it is torn.
    pub(super) fn open(directory: &Path) -> io::Result<(Self, Option<Position>)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = private(&mut options).open(directory.join("cursor"))?;
        let mut record = Vec::with_capacity(BYTES);
        file.read_to_end(&mut record)?;
        Ok((Self(file), read(&record)))
    }

    /// Remembers a place. A killed process leaves it written; a machine that loses power may not.
    pub(super) fn set(&mut self, at: Position) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&record(at))
    }

    /// Waits until the disk has it.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

fn record(at: Position) -> [u8; BYTES] {
    let mut record = [0; BYTES];
    record[..8].copy_from_slice(&at.segment.to_le_bytes());
    record[8..16].copy_from_slice(&at.offset.to_le_bytes());
    let checksum = crc32fast::hash(&record[..16]);
    record[16..].copy_from_slice(&checksum.to_le_bytes());
    record
}

fn read(bytes: &[u8]) -> Option<Position> {
    let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let at = Position {
        segment: number(0)?,
        offset: number(8)?,
    };
    (bytes == record(at)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_and_a_torn_one_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let (mut cursor, place) = Cursor::open(dir.path()).unwrap();
        assert_eq!(place, None);
        for offset in [7, 1 << 40] {
            let at = Position { segment: 3, offset };
            cursor.set(at).unwrap();
            assert_eq!(Cursor::open(dir.path()).unwrap().1, Some(at));
        }
        let path = dir.path().join("cursor");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[9] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(Cursor::open(dir.path()).unwrap().1, None);
    }
}
