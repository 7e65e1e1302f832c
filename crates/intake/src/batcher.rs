//! Natural batching: whatever waits while a write is under way becomes the next write.
//!
//! Alone, a request is a batch of one and waits for nobody; under load batches grow by themselves.

use std::sync::Arc;

use campanile_domain::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::write::Writer;
use crate::{IntakeError, SendRequest, Sent};

/// Commits under way at once. A second one uses the time the first waits for the disk; more would
/// only make the batches smaller.
const WRITES_AT_ONCE: usize = 2;
/// Notifications in one batch, about. A request is never torn apart, so one may exceed it.
const BATCH_ROWS: usize = 256;

/// Bytes of text in one batch, about, every recipient's copy counted.
const BATCH_BYTES: usize = 8 * 1_024 * 1_024;

/// A request that waits to be written.
pub(crate) struct Waiting {
    pub(crate) tenant: TenantId,
    pub(crate) correlation_id: String,
    pub(crate) request: SendRequest,
    /// The key and the request's fingerprint.
    pub(crate) idempotency: Option<(String, [u8; 32])>,
    pub(crate) reply: oneshot::Sender<Result<Sent, IntakeError>>,
    /// Its share of the memory that waiting requests may take; given back when it is answered.
    pub(crate) _room: OwnedSemaphorePermit,
}

/// A caller that gave up before its turn is not written for: it was told that nothing is promised.
fn still_wanted(waiting: &Waiting) -> bool {
    !waiting.reply.is_closed()
}

/// Runs until every sender is gone and everything that waited is written.
pub(crate) async fn run(mut waiting: mpsc::Receiver<Waiting>, writer: Writer) {
    let writer = Arc::new(writer);
    let turns = Arc::new(Semaphore::new(WRITES_AT_ONCE));
    loop {
        let turn = Arc::clone(&turns)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let Some(first) = waiting.recv().await else {
            break;
        };
        let mut rows = first.request.recipients.len();
        let mut bytes = first.request.expanded_bytes();
        let mut batch = vec![first];
        while rows < BATCH_ROWS && bytes < BATCH_BYTES {
            let Ok(next) = waiting.try_recv() else { break };
            rows += next.request.recipients.len();
            bytes += next.request.expanded_bytes();
            batch.push(next);
        }
        batch.retain(still_wanted);
        if batch.is_empty() {
            continue;
        }
        let writer = Arc::clone(&writer);
        tokio::spawn(async move {
            writer.write(batch).await;
            drop(turn);
        });
    }
    // Every turn back in hand means every write has ended.
    let _ = turns.acquire_many(WRITES_AT_ONCE as u32).await;
}
