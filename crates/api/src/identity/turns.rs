//! Whose turn it is at the database.
//!
//! Each question holds one of a few connections. Those who wait for one stand in line, and a tenant with a
//! thousand questions would have every place in it. So a tenant has so many under way; its others wait for
//! these, not with everybody. What has a body is no question: a turn is not for those who are slow to ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_telemetry::metrics;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::problem::{Problem, ProblemCode};

/// Calls of a tenant at a time: more than a pool has connections, so that none of them rests.
const AT_ONCE: usize = 16;
/// As long as a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);
/// Tenants without a call are forgotten once there are so many.
const REMEMBERED: usize = 1_024;

/// The lines of all tenants; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<TenantId, Weak<Semaphore>>>>);

impl Turns {
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
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(tenant).and_then(Weak::upgrade) {
            return line;
        }
        if lines.len() >= REMEMBERED {
            lines.retain(|_, line| line.strong_count() > 0);
        }
        let line = Arc::new(Semaphore::new(AT_ONCE));
        lines.insert(tenant.clone(), Arc::downgrade(&line));
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tenants_calls_wait_for_its_own() {
        let (turns, greedy) = (Turns::default(), TenantId::parse("greedy").expect("valid"));
        let mut taken = Vec::new();
        for _ in 0..AT_ONCE {
            taken.push(turns.of(&greedy).await.expect("a turn"));
        }
        assert!(turns.of(&greedy).await.is_err());
        let other = TenantId::parse("other").expect("valid");
        assert!(turns.of(&other).await.is_ok());
        let (next, ()) = tokio::join!(turns.of(&greedy), async { drop(taken.pop()) });
        assert!(next.is_ok());
    }

    #[tokio::test]
    async fn tenants_without_calls_are_forgotten() {
        let turns = Turns::default();
        for n in 0..=REMEMBERED {
            let tenant = TenantId::parse(&format!("t{n}")).expect("valid");
            drop(turns.of(&tenant).await.expect("a turn"));
        }
        assert_eq!(turns.0.lock().expect("no panic").len(), 1);
    }
}
