//! The one thread that writes: whatever waits while the previous batch is synced becomes the next batch.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use tokio::sync::oneshot;

use super::store::Shared;
use super::{SpoolError, directory, segment};

/// What one sync is worth waiting for.
const MAX_BATCH_BYTES: usize = 512 * 1024;

/// A frame to be written, for which room is reserved, and who waits for that.
pub(super) struct Append {
    pub(super) frame: Vec<u8>,
    pub(super) done: oneshot::Sender<Result<(), SpoolError>>,
}

/// Writes until the last appender is gone.
pub(super) fn run(shared: &Arc<Shared>, appends: &Receiver<Append>) {
    let mut active = None;
    while let Ok(first) = appends.recv() {
        let mut bytes = first.frame.len();
        let mut batch = vec![first];
        while bytes < MAX_BATCH_BYTES
            && let Ok(next) = appends.try_recv()
        {
            bytes += next.frame.len();
            batch.push(next);
        }
        let written = write(shared, &mut active, &batch);
        if written.is_err() {
            let entries = batch.len() as u64;
            shared.state().release(entries, bytes as u64);
        }
        shared.changed();
        for append in batch {
            let outcome = written.as_ref().copied().map_err(|error| {
                let copy = io::Error::new(error.kind(), error.to_string());
                SpoolError::io("cannot write to the spool")(copy)
            });
            // Who does not wait any more has a call that is made all the same.
            let _ = append.done.send(outcome);
        }
    }
}

fn write(shared: &Shared, active: &mut Option<(File, u64)>, batch: &[Append]) -> io::Result<()> {
    if active
        .as_ref()
        .is_none_or(|(_, end)| *end >= shared.segment_bytes)
    {
        *active = Some((begin(shared)?, 0));
    }
    let Some((file, end)) = active else {
        return Ok(());
    };
    let bytes: Vec<u8> = batch.iter().flat_map(|a| &a.frame).copied().collect();
    let written = file.write_all(&bytes).and_then(|()| file.sync_data());
    if let Err(error) = written {
        // Their callers get an error, so it must not be there. If that fails too, it stays as a tail that this
        // process does not read; a later process may, with the same key as the caller's own repetition.
        if file.set_len(*end).and_then(|()| file.sync_data()).is_err() {
            *active = None;
        }
        return Err(error);
    }
    *end += bytes.len() as u64;
    shared.state().written(bytes.len() as u64);
    Ok(())
}

/// A new segment whose name the disk knows before anything in it is promised.
fn begin(shared: &Shared) -> io::Result<File> {
    let number = shared.state().next_number;
    let file = segment::create(&shared.directory, number)?;
    if let Err(error) = directory::sync(&shared.directory) {
        let _ = segment::discard(&shared.directory, number, false);
        return Err(error);
    }
    shared.state().begin_segment();
    // The one before may have been kept only because it was written to.
    shared.discard_consumed();
    Ok(file)
}
