//! Slots for long, expensive calls: how many run at once in this process, and how many of them for one tenant or
//! user, so that no tenant or user takes all of them.

use std::time::Duration;

use campanile_cache::{Part, Share, Shares};
use campanile_domain::{TenantId, UserId};
use campanile_telemetry::metrics;

use crate::problem::{Problem, ProblemCode};

/// The seats of one kind of call; cheap to clone.
#[derive(Clone)]
pub(crate) struct Seats {
    shares: Shares,
    kind: Kind,
}

/// A kind of call.
#[derive(Clone, Copy)]
struct Kind {
    tenant: usize,
    user: usize,
    /// How long a call waits for a slot before it is refused.
    patience: Duration,
    /// The label of the metric.
    reason: &'static str,
    /// The detail of the problem.
    detail: &'static str,
}

impl Seats {
    /// For searches. Each opens up to 16 MiB and holds a connection to the database meanwhile: one
    /// keeps a core busy, and the pool has more connections than searches may take.
    pub(crate) fn searches() -> Self {
        Self::new(
            4,
            Kind {
                tenant: 3,
                user: 2,
                patience: Duration::from_secs(2),
                reason: "searches_full",
                detail: "Too many concurrent searches; retry later",
            },
        )
    }

    /// For tests, which look at the database a few times a second until a provider has answered.
    pub(crate) fn tests() -> Self {
        Self::new(
            64,
            Kind {
                tenant: 16,
                user: 4,
                patience: Duration::ZERO,
                reason: "tests_full",
                detail: "Too many concurrent tests; retry later",
            },
        )
    }

    /// For dry runs, which make up to 1,000 plans.
    pub(crate) fn dry_runs() -> Self {
        Self::new(
            8,
            Kind {
                tenant: 4,
                user: usize::MAX,
                patience: Duration::from_secs(2),
                reason: "dry_runs_full",
                detail: "Too many concurrent dry runs; retry later",
            },
        )
    }

    /// For replays and purges of dead letters, which move up to 100,000 rows.
    pub(crate) fn sweeps() -> Self {
        Self::new(
            4,
            Kind {
                tenant: 2,
                user: usize::MAX,
                patience: Duration::from_secs(2),
                reason: "sweeps_full",
                detail: "Too many concurrent replays and purges; retry later",
            },
        )
    }

    fn new(process: usize, kind: Kind) -> Self {
        Self {
            shares: Shares::new(process),
            kind,
        }
    }

    /// A seat, taken until it is dropped.
    pub(crate) async fn take(
        &self,
        tenant: &TenantId,
        user: Option<&UserId>,
    ) -> Result<Share, Problem> {
        let kind = &self.kind;
        let mut parts = vec![Part::new(tenant.as_str(), kind.tenant)];
        // No tenant's name has a slash.
        parts.extend(user.map(|user| {
            let name = format!("{tenant}/{}", user.as_str());
            Part::new(name, kind.user)
        }));
        let seat = self.shares.take_within(parts, 1, kind.patience).await;
        seat.map_err(|_| {
            metrics()
                .requests_shed_total
                .with_label_values(&[kind.reason])
                .inc();
            Problem::new(ProblemCode::Overloaded, kind.detail).retry_after(Duration::from_secs(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn neither_a_tenant_nor_a_user_has_all_seats() {
        for seats in [
            Seats::searches(),
            Seats::tests(),
            Seats::dry_runs(),
            Seats::sweeps(),
        ] {
            let name = seats.kind.reason;
            let (greedy, other) = (tenant("greedy"), tenant("other"));
            let mut taken = Vec::new();
            for n in 0..seats.kind.tenant {
                let (one, before) = (user(&format!("u{n}")), taken.len());
                while let Ok(seat) = seats.take(&greedy, Some(&one)).await {
                    taken.push(seat);
                }
                assert!(taken.len() - before <= seats.kind.user, "{name}");
            }
            assert_eq!(taken.len(), seats.kind.tenant, "{name}");
            assert!(
                seats.take(&other, Some(&user("u0"))).await.is_ok(),
                "{name}"
            );
            // Who waits has the next one.
            if !seats.kind.patience.is_zero() {
                let freed = async { drop(taken.pop()) };
                let (next, ()) = tokio::join!(seats.take(&greedy, None), freed);
                assert!(next.is_ok(), "{name}");
            }
        }
    }

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).expect("valid")
    }

    fn user(name: &str) -> UserId {
        UserId::parse(name).expect("valid")
    }
}
