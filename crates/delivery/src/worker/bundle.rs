//! A message in hand, until all its deliveries are recorded.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use campanile_domain::{DispatchId, TenantId};
use campanile_queue::Acknowledge;

use crate::heartbeat::Heartbeat;

/// A message in hand.
pub(crate) struct Bundle {
    pub(crate) tenant: TenantId,
    pub(crate) dispatch: DispatchId,
    open: AtomicUsize,
    acknowledge: Mutex<Option<Box<dyn Acknowledge>>>,
    heartbeat: Arc<Heartbeat>,
}

impl Bundle {
    /// Takes a message in hand; gives it back as `Err` if this process has its dispatch already.
    pub(crate) fn take(
        tenant: TenantId,
        dispatch: DispatchId,
        acknowledge: Box<dyn Acknowledge>,
        heartbeat: Arc<Heartbeat>,
    ) -> Result<Self, Box<dyn Acknowledge>> {
        if !heartbeat.in_hand().take(&tenant, dispatch) {
            return Err(acknowledge);
        }
        let acknowledge = Mutex::new(Some(acknowledge));
        Ok(Self {
            tenant,
            dispatch,
            open: AtomicUsize::new(0),
            acknowledge,
            heartbeat,
        })
    }

    /// Sets how many deliveries are to be recorded.
    pub(crate) fn expect(&self, deliveries: usize) {
        self.open.store(deliveries, Ordering::Release);
    }

    /// Counts one recorded delivery; `true` for the last.
    pub(crate) fn count_down(&self) -> bool {
        self.open.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Everything is recorded (or the message was void): it must not come again.
    pub(crate) async fn done(&self) {
        if let Some(acknowledge) = self.let_go() {
            acknowledge.done().await;
        }
    }

    /// What is not recorded goes to somebody else.
    pub(crate) async fn hand_back(&self) {
        if let Some(acknowledge) = self.let_go() {
            acknowledge.hand_back().await;
        }
    }

    fn let_go(&self) -> Option<Box<dyn Acknowledge>> {
        let acknowledge = self
            .acknowledge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if acknowledge.is_some() {
            self.heartbeat.in_hand().release(self.dispatch);
        }
        acknowledge
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        // Dropping the acknowledgement makes the message come again.
        drop(self.let_go());
    }
}
