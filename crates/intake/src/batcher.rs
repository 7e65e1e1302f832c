//! Natural batching: whatever waits while a write is under way becomes the next write.
//!
//! A single request is a batch of one and waits for no other; under load batches grow by themselves.

use std::sync::Arc;

use campanile_cache::Share;
use campanile_domain::{TenantId, TraceParent};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::tally::Places;
use crate::write::Writer;
use crate::{IntakeError, SendRequest, Sent, SentToUsers};

/// Commits under way at once. A second one uses the time the first waits for the disk; more would
/// only make the batches smaller.
const WRITES_AT_ONCE: usize = 2;
/// Notifications that are worth a second commit beside one under way. Fewer wait for it to end and
/// become one batch with what comes meanwhile: a commit costs the same, however few share it.
const WORTH_A_SECOND: usize = 64;
/// Notifications in one batch, about. A request is never split over batches, so one may exceed it.
const BATCH_ROWS: usize = 256;

/// Bytes of text in one batch, about, every recipient's copy counted.
const BATCH_BYTES: usize = 8 * 1_024 * 1_024;

/// A request that waits to be written.
pub(crate) struct QueuedRequest {
    pub(crate) tenant: TenantId,
    pub(crate) correlation_id: String,
    pub(crate) request: SendRequest,
    /// The span that asked for it, if its trace is recorded.
    pub(crate) trace: Option<TraceParent>,
    /// The key and the request's fingerprint.
    pub(crate) idempotency: Option<(String, [u8; 32])>,
    pub(crate) reply: oneshot::Sender<Result<Sent<SentToUsers>, IntakeError>>,
    /// What it has taken of its tenant's limits; given back unless it is accepted.
    pub(crate) places: Places,
    /// Its share of the memory that waiting requests may take; given back when it is answered.
    pub(crate) _room: Share,
}

/// What becomes the next write.
#[derive(Default)]
struct Batch {
    requests: Vec<QueuedRequest>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, waiting: QueuedRequest) {
        self.rows += waiting.request.recipients.len();
        self.bytes += waiting.request.expanded_bytes();
        self.requests.push(waiting);
    }

    fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// Whether it is to be written now, with so many writes under way.
    fn is_due(&self, under_way: usize) -> bool {
        match under_way {
            0 => !self.requests.is_empty(),
            some => some < WRITES_AT_ONCE && self.rows >= WORTH_A_SECOND,
        }
    }

    /// Its requests, except those whose callers gave up before their turn: they got an answer that promises nothing.
    fn take(&mut self) -> Vec<QueuedRequest> {
        let mut requests = std::mem::take(self).requests;
        requests.retain(|waiting| !waiting.reply.is_closed());
        requests
    }
}

/// Runs until every sender is gone and everything that waited is written.
pub(crate) async fn run(mut waiting: mpsc::Receiver<QueuedRequest>, writer: Writer) {
    let writer = Arc::new(writer);
    let (mut batch, mut under_way) = (Batch::default(), JoinSet::new());
    let mut is_open = true;
    while is_open || !batch.requests.is_empty() || !under_way.is_empty() {
        while !batch.is_full()
            && let Ok(next) = waiting.try_recv()
        {
            batch.add(next);
        }
        while under_way.try_join_next().is_some() {}
        if batch.is_due(under_way.len()) {
            let requests = batch.take();
            if !requests.is_empty() {
                let writer = Arc::clone(&writer);
                under_way.spawn(writer.write(requests));
            }
            continue;
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            next = waiting.recv(), if is_open && !batch.is_full() => match next {
                Some(next) => batch.add(next),
                None => is_open = false,
            },
            // Closed, and the last write has just ended.
            else => {}
        }
    }
    writer.settling.close();
    writer.settling.wait().await;
}
