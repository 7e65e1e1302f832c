//! The front of the intake: one call per request.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::Bus;
use campanile_domain::{Clock, TenantId};
use campanile_storage::Storage;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::batcher::{self, Waiting};
use crate::write::Writer;
use crate::{SendRequest, fingerprint::fingerprint};

/// Requests that wait to be written; beyond it the service sheds.
const QUEUE: usize = 4_096;
/// A request that waited longer is shed: its caller is about to give up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a request was not accepted. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// Another request with this key is being accepted.
    #[error("another request with this Idempotency-Key is being accepted")]
    KeyBusy,
    /// Too much waits already.
    #[error("too many requests are waiting to be written")]
    Overloaded,
    /// The database does not answer.
    #[error("the database cannot be reached")]
    Unavailable,
    /// A fault of ours.
    #[error("the request could not be written: {0}")]
    Internal(String),
}

/// An accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The answer's JSON body.
    pub body: String,
    /// Whether it repeats an earlier answer.
    pub replayed: bool,
}

/// Accepts requests; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    door: Arc<tokio::sync::Mutex<Option<mpsc::Sender<Waiting>>>>,
    sender: mpsc::WeakSender<Waiting>,
    batcher: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl Intake {
    /// Starts the batcher.
    pub fn start(storage: Arc<dyn Storage>, bus: Arc<dyn Bus>, clock: Arc<dyn Clock>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let batcher = tokio::spawn(batcher::run(
            receiver,
            Writer {
                storage,
                bus,
                clock,
            },
        ));
        Self {
            sender: sender.downgrade(),
            door: Arc::new(tokio::sync::Mutex::new(Some(sender))),
            batcher: Arc::new(tokio::sync::Mutex::new(Some(batcher))),
        }
    }

    /// Accepts one request durably. A caller that goes away changes nothing: the request is
    /// written or refused all the same.
    ///
    /// # Errors
    /// [`IntakeError`].
    pub async fn send(
        &self,
        tenant: &TenantId,
        correlation_id: &str,
        request: SendRequest,
        idempotency_key: Option<&str>,
    ) -> Result<Sent, IntakeError> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting {
            tenant: tenant.clone(),
            correlation_id: correlation_id.to_owned(),
            idempotency: idempotency_key.map(|key| (key.to_owned(), fingerprint(&request))),
            request,
            reply,
        };
        let sender = self.sender.upgrade().ok_or(IntakeError::Unavailable)?;
        sender
            .try_send(waiting)
            .map_err(|full_or_closed| match full_or_closed {
                mpsc::error::TrySendError::Full(_) => {
                    shed("intake_full");
                    IntakeError::Overloaded
                }
                mpsc::error::TrySendError::Closed(_) => IntakeError::Unavailable,
            })?;
        drop(sender);
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_batcher_gone)) => Err(IntakeError::Unavailable),
            // It may still be written; a caller with an idempotency key learns which on its retry.
            Err(_elapsed) => {
                shed("intake_slow");
                Err(IntakeError::Unavailable)
            }
        }
    }

    /// Stops taking and writes what waits.
    pub async fn close(&self) {
        self.door.lock().await.take();
        if let Some(batcher) = self.batcher.lock().await.take() {
            let _ = batcher.await;
        }
    }
}

fn shed(reason: &str) {
    campanile_telemetry::metrics()
        .requests_shed_total
        .with_label_values(&[reason])
        .inc();
}
