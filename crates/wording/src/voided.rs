//! Other processes publish, too.

use std::sync::{Arc, Weak};
use std::time::Duration;

use campanile_cache::{Bus, Wake};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::Wording;
use crate::look_up::Remembered;
use crate::stored::InUse;
use crate::tenants::Tenants;

/// A wake may be among those that were missed; what is in use is read again so often at most for that.
const AFTER_MISSED: Duration = Duration::from_millis(500);

impl Wording {
    /// Reads what is in use again when the bus wakes for templates, or may have.
    #[must_use]
    pub fn voided_by(self, bus: &dyn Bus) -> Self {
        let (in_use, tenants) = (Arc::downgrade(&self.in_use), Arc::downgrade(&self.tenants));
        tokio::spawn(listen(bus.listen(), in_use, tenants));
        self
    }
}

async fn listen(
    mut wakes: Receiver<Wake>,
    in_use: Weak<Remembered<InUse>>,
    tenants: Weak<Remembered<Tenants>>,
) {
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
        let (Some(in_use), Some(tenants)) = (in_use.upgrade(), tenants.upgrade()) else {
            return;
        };
        in_use.void();
        // A template is often published with the schemes of links that it uses.
        tenants.void();
        voided_at = Some(Instant::now());
    }
}
