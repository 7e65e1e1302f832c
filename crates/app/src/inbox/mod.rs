//! Writes to users' inboxes. All of them go through [`Inboxes`]: a write that goes around it would leave
//! old answers in the cache.

mod cancel;
mod change;
mod erase;
mod read_all;
mod seen;

use std::sync::Arc;

use campanile_cache::{InboxCache, InboxSignal, Mailbox, change};
use campanile_domain::{Clock, TenantId, UserId};
use campanile_storage::{Cancelled, Storage};
use campanile_telemetry::metrics;
use chrono::{DateTime, SubsecRound, Utc};

/// Changes inboxes; cheap to clone.
#[derive(Clone)]
pub struct Inboxes {
    storage: Arc<dyn Storage>,
    cache: Arc<dyn InboxCache>,
    signal: Arc<dyn InboxSignal>,
    clock: Arc<dyn Clock>,
}

impl Inboxes {
    /// Over this storage and this cache, which must be the one that answers about inboxes. The cache announces that
    /// an inbox changed; through `signal` goes what was read.
    pub fn new(
        storage: Arc<dyn Storage>,
        cache: Arc<dyn InboxCache>,
        signal: Arc<dyn InboxSignal>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            storage,
            cache,
            signal,
            clock,
        }
    }

    /// Now, as precisely as it is kept: doing the same again at the same time changes nothing.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    /// Makes a write to a user's inbox. It goes on when its caller hangs up. When it returns, every
    /// node shows its effect.
    async fn write<T: Send + 'static>(
        &self,
        tenant: &TenantId,
        user: &UserId,
        write: impl Future<Output = T> + Send + 'static,
    ) -> T {
        change(&self.cache, Mailbox::new(tenant, user), write).await
    }
}

/// Counts a write that was made.
fn count_write(verb: &str, cancelled: &Cancelled) {
    metrics()
        .inbox_writes_total
        .with_label_values(&[verb])
        .inc();
    count_cancelled(cancelled);
}

/// Counts deliveries that were cancelled.
fn count_cancelled(cancelled: &Cancelled) {
    for (channel, why, deliveries) in cancelled.iter() {
        metrics()
            .deliveries_cancelled_total
            .with_label_values(&[channel.name(), why.name()])
            .inc_by(deliveries);
    }
}
