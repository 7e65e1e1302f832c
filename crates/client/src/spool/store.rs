//! The spool as the client and the replay see it.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::{oneshot, watch};
use tokio::task::spawn_blocking;

use super::cursor::Cursor;
use super::key::Shown;
use super::segment::{self, Position, Stored};
use super::state::{Segment, State};
use super::writer::{self, Append};
use super::{
    Codec, Entry, RejectedLine, SpoolError, SpoolLimits, SpoolStatus, directory, frame, rejected,
};

/// A segment is given back when all of it is done, so this is what may lie about needlessly.
pub(crate) const SEGMENT_BYTES: u64 = 1024 * 1024;

/// What the writer, the replay and the callers share.
pub(super) struct Shared {
    pub(super) directory: PathBuf,
    pub(super) segment_bytes: u64,
    codec: Codec,
    state: Mutex<State>,
    cursor: Mutex<Cursor>,
    version: watch::Sender<()>,
    /// Held until the spool is closed or the last reference is dropped.
    lock: Mutex<Option<File>>,
}

/// See [the module](super).
pub(crate) struct Spool {
    shared: Arc<Shared>,
    appends: Mutex<Option<Sender<Append>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Spool {
    /// Takes the directory and finds what is in it. Blocks.
    pub(crate) fn open(
        path: &Path,
        limits: SpoolLimits,
        segment_bytes: u64,
        codec: Codec,
    ) -> Result<Self, SpoolError> {
        let failed = |what: &str| SpoolError::io(format!("cannot {what} {}", path.display()));
        directory::create(path).map_err(failed("make"))?;
        let lock = directory::lock(path)?;
        let (cursor, place) = Cursor::open(path).map_err(failed("read the cursor of"))?;
        let state = find(path, limits, place).map_err(failed("read the spool in"))?;
        for segment in &state.segments {
            segment::check_key(path, segment.number, &codec)?;
        }
        let shared = Arc::new(Shared {
            directory: path.to_owned(),
            segment_bytes,
            codec,
            state: Mutex::new(state),
            cursor: Mutex::new(cursor),
            version: watch::Sender::new(()),
            lock: Mutex::new(Some(lock)),
        });
        let (appends, waiting) = mpsc::channel();
        let writer = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name("campanile-spool".into())
                .spawn(move || writer::run(&shared, &waiting))
        };
        Ok(Self {
            shared,
            appends: Mutex::new(Some(appends)),
            writer: Mutex::new(Some(writer.map_err(failed("start a writer for"))?)),
        })
    }

    /// Keeps an entry; it is on disk when this returns.
    pub(crate) async fn append(&self, entry: &Entry) -> Result<(), SpoolError> {
        let payload = serde_json::to_vec(entry).map_err(io::Error::other);
        let payload = payload.map_err(SpoolError::io("cannot write an entry"))?;
        let frame = frame::encode(&self.shared.codec.encode(payload)?)?;
        let (done, outcome) = oneshot::channel();
        {
            // Room and place are taken together, so that none of it is left behind when the client closes.
            let appends = unpoisoned(&self.appends);
            let appends = appends.as_ref().ok_or(SpoolError::Closed)?;
            let bytes = frame.len() as u64;
            self.shared.state().reserve(bytes)?;
            if appends.send(Append { frame, done }).is_err() {
                self.shared.state().release(1, bytes);
                return Err(SpoolError::Closed);
            }
        }
        outcome.await.unwrap_or(Err(SpoolError::Closed))
    }

    /// Whether nothing waits, and nothing is being written.
    pub(crate) fn is_empty(&self) -> bool {
        self.status().entries == 0
    }

    pub(crate) fn status(&self) -> SpoolStatus {
        self.shared.state().status
    }

    /// Gets every change.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.shared.version.subscribe()
    }

    /// Where the replay begins.
    pub(crate) fn head(&self) -> Position {
        self.shared.state().head
    }

    /// Some entries behind a place, at least one if there is any on disk.
    pub(crate) async fn read(&self, from: Position, max_bytes: u64) -> io::Result<Vec<Stored>> {
        let Some((at, end)) = self.shared.state().next(from) else {
            return Ok(Vec::new());
        };
        self.blocking(move |shared| {
            segment::read(&shared.directory, at, end, max_bytes, &shared.codec)
        })
        .await
    }

    /// All entries up to a place are done.
    pub(crate) async fn advance(&self, to: Position, entries: u64, bytes: u64) -> io::Result<()> {
        self.blocking(move |shared| {
            let is_empty = {
                let mut state = shared.state();
                state.head = to;
                state.release(entries, bytes);
                state.status.entries == 0
            };
            let set = {
                let mut cursor = unpoisoned(&shared.cursor);
                let set = cursor.set(to);
                // Where the power may fail, less is repeated than a segment; not worth a sync for each entry.
                set.and_then(|()| if is_empty { cursor.sync() } else { Ok(()) })
            };
            shared.discard_consumed();
            shared.changed();
            set
        })
        .await
    }

    /// Keeps a refused entry where people can read it; it still has to be advanced past.
    pub(crate) async fn set_aside(&self, line: &RejectedLine<'_>) -> io::Result<()> {
        let shown = Shown {
            rejected_at_ms: line.rejected_at_ms,
            status: line.problem.status,
            code: &line.problem.code,
        };
        let whole = serde_json::to_vec(line).map_err(io::Error::other)?;
        let line = self.shared.codec.line(shown, whole);
        let line = line.map_err(io::Error::other)?;
        self.blocking(move |shared| {
            rejected::add(&shared.directory, &line)?;
            shared.state().rejected_bytes = rejected::size(&shared.directory);
            Ok(())
        })
        .await
    }

    /// An entry of this segment cannot be read, so the file is worth keeping.
    pub(crate) fn damaged(&self, segment: u64) {
        let mut state = self.shared.state();
        state.status.damaged += 1;
        let found = state.segments.iter_mut().find(|s| s.number == segment);
        found.into_iter().for_each(|s| s.is_damaged = true);
    }

    /// Counts something for the status.
    pub(crate) fn count(&self, count: impl FnOnce(&mut SpoolStatus)) {
        count(&mut self.shared.state().status);
    }

    /// Takes no more, waits until what was taken is on disk, and lets go of the directory. The replay must have ended.
    pub(crate) async fn close(&self) {
        drop(unpoisoned(&self.appends).take());
        let writer = unpoisoned(&self.writer).take();
        let closed = self
            .blocking(move |shared| {
                if writer.is_some_and(|writer| writer.join().is_err()) {
                    return Err(io::Error::other("the writer has panicked"));
                }
                let synced = unpoisoned(&shared.cursor).sync();
                drop(unpoisoned(&shared.lock).take());
                synced
            })
            .await;
        if let Err(error) = closed {
            tracing::warn!(%error, "the spool was not closed cleanly; some calls may be replayed again under their keys");
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let shared = Arc::clone(&self.shared);
        let done = spawn_blocking(move || work(&shared)).await;
        done.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        unpoisoned(&self.state)
    }

    pub(super) fn changed(&self) {
        self.version.send_replace(());
    }

    /// Gives back the segments of which everything is done.
    pub(super) fn discard_consumed(&self) {
        loop {
            let Some(segment) = self.state().take_consumed() else {
                return;
            };
            let gone = segment::discard(&self.directory, segment.number, segment.is_damaged);
            if let Err(error) = gone {
                // The next start finds it before the cursor.
                tracing::warn!(%error, segment = segment.number, "a replayed segment cannot be removed");
            }
        }
    }
}

/// What is in a directory, behind the cursor.
fn find(path: &Path, limits: SpoolLimits, cursor: Option<Position>) -> io::Result<State> {
    let head = cursor.unwrap_or(Position {
        segment: 0,
        offset: 0,
    });
    let mut state = State {
        limits,
        segments: VecDeque::new(),
        is_active: false,
        next_number: head.segment + 1,
        head,
        status: SpoolStatus::default(),
        rejected_bytes: rejected::size(path),
    };
    for number in segment::list(path)? {
        state.next_number = state.next_number.max(number + 1);
        if number < head.segment {
            segment::discard(path, number, false)?;
            continue;
        }
        let offset = if number == head.segment {
            head.offset
        } else {
            0
        };
        let scan = segment::scan(path, number, offset)?;
        if scan.is_damaged {
            tracing::warn!(
                segment = number,
                "a segment of the spool ends in bytes that are no calls; it is kept as *.damaged"
            );
        }
        if scan.entries == 0 {
            segment::discard(path, number, scan.is_damaged)?;
            continue;
        }
        state.status.entries += scan.entries;
        state.status.bytes += scan.bytes;
        state.segments.push_back(Segment {
            number,
            end: scan.end,
            is_damaged: scan.is_damaged,
        });
    }
    Ok(state)
}

/// What is behind these locks is changed in single steps, so a panic elsewhere leaves it sound.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
