//! A message that this worker holds until all its deliveries are recorded.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use campanile_domain::{DispatchId, TenantId};
use campanile_queue::Acknowledge;

use crate::heartbeat::Heartbeat;

/// A message that this worker has received and not acknowledged.
pub(crate) struct HeldMessage {
    pub(crate) tenant: TenantId,
    pub(crate) dispatch: DispatchId,
    open: AtomicUsize,
    given_up: AtomicBool,
    acknowledge: Mutex<Option<Box<dyn Acknowledge>>>,
    heartbeat: Arc<Heartbeat>,
}

impl HeldMessage {
    /// Begins to hold a message; `None` if this process holds its dispatch already. Then this message
    /// replaces the earlier one, which the broker may have taken back.
    pub(crate) async fn take(
        tenant: TenantId,
        dispatch: DispatchId,
        acknowledge: Box<dyn Acknowledge>,
        heartbeat: Arc<Heartbeat>,
    ) -> Option<Arc<Self>> {
        let message = Arc::new(Self {
            tenant,
            dispatch,
            open: AtomicUsize::new(0),
            given_up: AtomicBool::new(false),
            acknowledge: Mutex::new(None),
            heartbeat: Arc::clone(&heartbeat),
        });
        let Some(there) = heartbeat.in_hand().take(&message) else {
            *message.slot() = Some(acknowledge);
            return Some(message);
        };
        let old = {
            let mut slot = there.slot();
            match &*slot {
                Some(_) => slot.replace(acknowledge),
                // It was released at this moment: the next worker that gets it checks the row.
                None => Some(acknowledge),
            }
        };
        if let Some(old) = old {
            old.done().await;
        }
        None
    }

    /// Whether only this worker holds its message, as far as is known here.
    pub(crate) fn is_ours(&self) -> bool {
        self.slot()
            .as_ref()
            .is_some_and(|message| message.is_ours())
    }

    /// Sets how many deliveries are to be recorded.
    pub(crate) fn expect(&self, deliveries: usize) {
        self.open.store(deliveries, Ordering::Release);
    }

    /// Whether these outcomes are the last ones, and nothing is left for another worker.
    pub(crate) fn ends_with(&self, results: usize) -> bool {
        self.open.load(Ordering::Acquire) == results && !self.given_up.load(Ordering::Acquire)
    }

    /// Counts results that are recorded; after the last the message is let go of.
    pub(crate) async fn recorded(&self, results: usize) {
        if self.open.fetch_sub(results, Ordering::AcqRel) != results {
            return;
        }
        if self.given_up.load(Ordering::Acquire) {
            self.hand_back().await;
        } else {
            self.done().await;
        }
    }

    /// So many deliveries will not be made here. The message is returned, but only when those that have begun are
    /// recorded: another worker must not make the same calls at the same time.
    pub(crate) async fn give_up(&self, deliveries: usize) {
        self.given_up.store(true, Ordering::Release);
        if self.open.fetch_sub(deliveries, Ordering::AcqRel) == deliveries {
            self.hand_back().await;
        }
    }

    /// Everything is recorded: the acknowledgement keeps the broker from redelivering it.
    async fn done(&self) {
        if let Some(acknowledge) = self.let_go() {
            acknowledge.done().await;
        }
    }

    /// Its row has gone, or goes by another message.
    pub(crate) async fn void(&self) {
        if let Some(acknowledge) = self.let_go() {
            self.heartbeat.in_hand().no_longer_held(self);
            acknowledge.done().await;
        }
    }

    /// Deliveries that are not recorded go to another worker.
    pub(crate) async fn hand_back(&self) {
        if let Some(acknowledge) = self.let_go() {
            self.heartbeat.in_hand().no_longer_held(self);
            acknowledge.hand_back().await;
        }
    }

    fn let_go(&self) -> Option<Box<dyn Acknowledge>> {
        let acknowledge = self.slot().take();
        if acknowledge.is_some() {
            self.heartbeat.in_hand().release(self);
        }
        acknowledge
    }

    fn slot(&self) -> MutexGuard<'_, Option<Box<dyn Acknowledge>>> {
        self.acknowledge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HeldMessage {
    fn drop(&mut self) {
        // If the acknowledgement is dropped, the broker redelivers the message.
        if self.let_go().is_some() {
            self.heartbeat.in_hand().no_longer_held(self);
        }
    }
}
