//! How many reads of one tenant run at a time.
//!
//! Every read holds one of a few database connections. Requests that find none free wait in one line, and a tenant with
//! many slow reads would hold all connections and every place in that line. So each tenant has a limit below the number
//! of connections, and its other reads wait for its own. Only requests without a body take a turn: a turn is not held
//! while a slow client sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_telemetry::metrics;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::problem::{Problem, ProblemCode};

/// Reads of a tenant at a time where reads do not share a pool of connections to a server.
const WITHOUT_POOL: usize = 16;
/// As long as a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);
/// Tenants without a call are forgotten once there are so many.
const REMEMBERED: usize = 1_024;

/// The reads of all tenants that run; cheap to clone.
#[derive(Clone)]
pub struct TenantTurns {
    at_once: usize,
    lines: Arc<Mutex<HashMap<TenantId, Weak<Semaphore>>>>,
}

impl Default for TenantTurns {
    fn default() -> Self {
        Self::at_once(WITHOUT_POOL)
    }
}

impl TenantTurns {
    /// For a pool of so many connections: a tenant reads on three quarters of them at most, and on one at least.
    pub fn of_pool(connections: u32) -> Self {
        let connections = usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self::at_once(connections / 4 * 3 + connections % 4 * 3 / 4)
    }

    fn at_once(reads: usize) -> Self {
        Self {
            at_once: reads.clamp(1, Semaphore::MAX_PERMITS),
            lines: Arc::default(),
        }
    }

    /// A turn, until it is dropped.
    pub(super) async fn of(&self, tenant: &TenantId) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = timeout(PATIENCE, self.line(tenant).acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| {
            metrics()
                .requests_shed_total
                .with_label_values(&["tenant_busy"])
                .inc();
            Problem::new(
                ProblemCode::Overloaded,
                "Too many concurrent calls of this tenant; retry later",
            )
            .retry_after(Duration::from_secs(1))
        })
    }

    fn line(&self, tenant: &TenantId) -> Arc<Semaphore> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(tenant).and_then(Weak::upgrade) {
            return line;
        }
        if lines.len() >= REMEMBERED {
            lines.retain(|_, line| line.strong_count() > 0);
        }
        let line = Arc::new(Semaphore::new(self.at_once));
        lines.insert(tenant.clone(), Arc::downgrade(&line));
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tenants_reads_wait_for_its_own() {
        let turns = TenantTurns::of_pool(10);
        let greedy = TenantId::parse("greedy").expect("valid");
        let mut taken = Vec::new();
        for _ in 0..7 {
            taken.push(turns.of(&greedy).await.expect("a turn"));
        }
        assert!(turns.of(&greedy).await.is_err());
        let other = TenantId::parse("other").expect("valid");
        assert!(turns.of(&other).await.is_ok());
        let (next, ()) = tokio::join!(turns.of(&greedy), async { drop(taken.pop()) });
        assert!(next.is_ok());
    }

    #[test]
    fn a_tenant_never_holds_a_whole_pool() {
        let of = |connections| TenantTurns::of_pool(connections).at_once;
        assert_eq!([1, 2, 3, 4, 10, 1_000].map(of), [1, 1, 2, 3, 7, 750]);
    }

    #[tokio::test]
    async fn tenants_without_calls_are_forgotten() {
        let turns = TenantTurns::default();
        for n in 0..=REMEMBERED {
            let tenant = TenantId::parse(&format!("t{n}")).expect("valid");
            drop(turns.of(&tenant).await.expect("a turn"));
        }
        assert_eq!(turns.lines.lock().expect("no panic").len(), 1);
    }
}
