//! How often a caller may come. The buckets are the credential's: nothing that a request says of
//! itself chooses them, and requests without one are refused before (`failures` counts those).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Bucket, BucketKind, LeasedLimiter, RateLimiter, Verdict};
use campanile_domain::{IngestAddress, Rate, TenantId, TenantLimits, UserId};

use super::Scope;
use super::authenticate::Caller;
use crate::problem::{Problem, ProblemCode};

/// Pages that each user opens by links: mail programs, scanners and the person together.
const PAGES: Rate = Rate::per_minute(NonZeroU32::new(60).expect("not zero"), 30);

/// Links that callers may request for one person: each may be a mail.
const LINKS: Rate = Rate::per_minute(NonZeroU32::new(1).expect("not zero"), 3);

/// The limits; none unless set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallRates {
    /// All requests of a tenant.
    pub tenant: Option<Rate>,
    /// Those of each user to their inbox.
    pub user: Option<Rate>,
    /// A tenant's calls with `notifications:send`.
    pub send: Option<Rate>,
    /// A tenant's calls with `inbox`.
    pub inbox: Option<Rate>,
    /// A tenant's calls with `admin`.
    pub admin: Option<Rate>,
}

/// Applies the limits; cheap to clone.
#[derive(Clone)]
pub struct Throttle {
    limiter: Arc<dyn RateLimiter>,
    rules: CallRates,
}

impl Default for Throttle {
    /// Without limits.
    fn default() -> Self {
        Self::new(Arc::new(LeasedLimiter::new(None)), CallRates::default())
    }
}

impl Throttle {
    /// Applies `rules` with the tokens of `limiter`.
    pub fn new(limiter: Arc<dyn RateLimiter>, rules: CallRates) -> Self {
        Self { limiter, rules }
    }

    /// What becomes of one request; `None` where nothing limits it.
    pub(super) async fn admit(&self, caller: &Caller) -> Option<Verdict> {
        let (rules, own) = (&self.rules, &caller.limits);
        let (class, kind, user) = match caller.scope {
            Scope::Send => (own.sends.or(rules.send), BucketKind::Send, None),
            Scope::ReadNotifications => (own.sends.or(rules.send), BucketKind::Send, None),
            Scope::Inbox => (rules.inbox, BucketKind::Inbox, rules.user),
            Scope::AdminRead
            | Scope::TemplatesWrite
            | Scope::DeliveriesWrite
            | Scope::Admin
            | Scope::Platform => (rules.admin, BucketKind::Admin, None),
        };
        let buckets = [
            (BucketKind::Tenant, own.requests.or(rules.tenant)),
            (BucketKind::User, user),
            (kind, class),
        ];
        let buckets: Vec<_> = buckets
            .into_iter()
            .filter_map(|(kind, rate)| Some((bucket(kind, caller), rate?)))
            .collect();
        self.limiter.admit(&buckets).await
    }

    /// What becomes of a page that a user opens by a link: it counts as a call of theirs, and however high the limits are, a link
    /// is not followed faster than a person does.
    pub(super) async fn admit_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        limits: TenantLimits,
    ) -> Option<Verdict> {
        let of = |kind| Bucket {
            kind,
            tenant: tenant.clone(),
            user: (kind == BucketKind::Page).then(|| user.clone()),
        };
        let buckets = [
            (BucketKind::Tenant, limits.requests.or(self.rules.tenant)),
            (BucketKind::Inbox, self.rules.inbox),
            (BucketKind::Page, Some(PAGES)),
        ];
        let buckets: Vec<_> = buckets
            .into_iter()
            .filter_map(|(kind, rate)| Some((of(kind), rate?)))
            .collect();
        self.limiter.admit(&buckets).await
    }

    /// Whether a link for one person is within the limit, counted over all callers.
    pub(super) async fn admit_link(&self, tenant: &TenantId, person: UserId) -> Option<Verdict> {
        let bucket = Bucket {
            kind: BucketKind::MagicLink,
            tenant: tenant.clone(),
            user: Some(person),
        };
        self.limiter.admit(&[(bucket, LINKS)]).await
    }

    /// What becomes of a call to an ingest address: it counts as a call of a service, and against the address's own rate.
    pub(super) async fn admit_ingest(
        &self,
        address: &IngestAddress,
        limits: TenantLimits,
    ) -> Option<Verdict> {
        let own = address.settings.rate.as_deref();
        let own = own.and_then(|rate| rate.parse().ok());
        let of = |kind| Bucket {
            kind,
            tenant: address.tenant.clone(),
            user: (kind == BucketKind::Ingest)
                .then(|| UserId::parse(&address.id.to_string()).ok())
                .flatten(),
        };
        let buckets = [
            (BucketKind::Tenant, limits.requests.or(self.rules.tenant)),
            (BucketKind::Send, limits.sends.or(self.rules.send)),
            (BucketKind::Ingest, own),
        ];
        let buckets: Vec<_> = buckets
            .into_iter()
            .filter_map(|(kind, rate)| Some((of(kind), rate?)))
            .collect();
        self.limiter.admit(&buckets).await
    }
}

fn bucket(kind: BucketKind, caller: &Caller) -> Bucket {
    let is_users = kind == BucketKind::User;
    Bucket {
        kind,
        tenant: caller.tenant.clone(),
        user: is_users.then(|| caller.identity.subject.clone()),
    }
}

/// The answer to a request that is not admitted.
pub(super) fn refusal(verdict: Verdict) -> Option<Problem> {
    let wait = verdict.refused?;
    let bucket = verdict.kind.name();
    campanile_telemetry::metrics()
        .rate_limited_total
        .with_label_values(&[bucket])
        .inc();
    let detail = format!(
        "Rate limit `{bucket}` exceeded: at most {} requests at once; retry in {} s",
        verdict.limit,
        whole_seconds(wait)
    );
    let problem = Problem::new(ProblemCode::RateLimited, detail);
    Some(problem.retry_after(Duration::from_secs(whole_seconds(wait))))
}

/// Rounded up: who comes at that second is not sent away again.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
