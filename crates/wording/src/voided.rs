//! Other processes publish, too.

use std::sync::{Arc, Weak};
use std::time::Duration;

use campanile_cache::{Bus, Wake};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::Wording;
use crate::stored::InUse;

/// A wake may be among those that were missed; what is in use is read again so often at most for that.
const AFTER_MISSED: Duration = Duration::from_millis(500);

impl Wording {
    /// Reads what is in use again when the bus wakes for templates, or may have.
    #[must_use]
    pub fn voided_by(self, bus: &dyn Bus) -> Self {
        tokio::spawn(listen(bus.listen(), Arc::downgrade(&self.in_use)));
        self
    }
}

async fn listen(mut wakes: Receiver<Wake>, in_use: Weak<InUse>) {
    let mut voided_at: Option<Instant> = None;
    loop {
        match wakes.recv().await {
            Ok(Wake::Outbox | Wake::Access) => continue,
            Ok(Wake::Templates) => {}
            Err(RecvError::Lagged(_)) => {
                if let Some(voided_at) = voided_at {
                    sleep_until(voided_at + AFTER_MISSED).await;
                }
            }
            Err(RecvError::Closed) => return,
        }
        let Some(in_use) = in_use.upgrade() else {
            return;
        };
        in_use.void();
        voided_at = Some(Instant::now());
    }
}
