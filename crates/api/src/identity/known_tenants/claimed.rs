//! Tenants that a token names whose signature no key of the installation has made.
//!
//! Sending such a token needs no credential, so its questions are bounded as those for unknown API keys are: one task asks, all
//! that waits in one query, and an address has its share of those that wait.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::Storage;
use campanile_telemetry::metrics;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::super::answers::Answers;
use super::super::shares::{Share, Shares};
use super::super::voided::Voided;
use super::{Answer, KnownTenant};
use crate::problem::{Problem, ProblemCode};

/// Questions that wait at most; more are refused.
const WAITING: usize = 1_024;
/// Tenants of a query.
const AT_ONCE: usize = 256;
/// As long as a call waits for the database.
const LONGEST_QUERY: Duration = Duration::from_secs(2);

/// A question for a tenant.
struct Ask {
    tenant: TenantId,
    reply: oneshot::Sender<Result<KnownTenant, Problem>>,
    /// Its place in the queue, taken until there is an answer, although its caller may have gone.
    _share: Share,
}

/// Puts questions; cheap to clone. The task that asks ends with the last clone.
#[derive(Clone)]
pub(super) struct Claimed {
    asks: mpsc::Sender<Ask>,
    shares: Shares,
}

impl Claimed {
    /// Must be called inside a Tokio runtime.
    pub(super) fn start(
        storage: Arc<dyn Storage>,
        answers: Answers<TenantId, Answer>,
        voided: Voided,
    ) -> Self {
        let (asks, asked) = mpsc::channel(WAITING);
        let task = Task {
            storage,
            answers,
            voided,
        };
        tokio::spawn(task.run(asked));
        Self {
            asks,
            shares: Shares::default(),
        }
    }

    /// What is known of a tenant, for a caller from this address.
    pub(super) async fn ask(
        &self,
        tenant: &TenantId,
        address: Option<IpAddr>,
    ) -> Result<KnownTenant, Problem> {
        let (reply, answer) = oneshot::channel();
        let ask = self.shares.take(address).map(|share| Ask {
            tenant: tenant.clone(),
            reply,
            _share: share,
        });
        if ask.is_none_or(|ask| self.asks.try_send(ask).is_err()) {
            metrics()
                .requests_shed_total
                .with_label_values(&["token_keys_full"])
                .inc();
            let detail = "Too many unknown tokens are being checked; retry later";
            return Err(
                Problem::new(ProblemCode::Overloaded, detail).retry_after(Duration::from_secs(1))
            );
        }
        answer.await.unwrap_or_else(|_| Err(Problem::internal()))
    }
}

struct Task {
    storage: Arc<dyn Storage>,
    answers: Answers<TenantId, Answer>,
    voided: Voided,
}

impl Task {
    async fn run(self, mut asked: mpsc::Receiver<Ask>) {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while asked.recv_many(&mut batch, AT_ONCE).await > 0 {
            self.answer(&mut batch).await;
        }
    }

    async fn answer(&self, batch: &mut Vec<Ask>) {
        let now = Instant::now();
        // Some were answered by the query for those before them.
        let mut known = HashMap::new();
        let mut unknown = BTreeSet::new();
        for ask in batch.iter() {
            match self
                .answers
                .get(&ask.tenant)
                .filter(|last| last.holds(now, &self.voided))
            {
                Some(last) => drop(known.insert(ask.tenant.clone(), last.known)),
                None => drop(unknown.insert(ask.tenant.clone())),
            }
        }
        let mut failed = None;
        if !unknown.is_empty() {
            match self.look_up(&unknown, now).await {
                Ok(found) => known.extend(found),
                Err(problem) => failed = Some(problem),
            }
        }
        for ask in batch.drain(..) {
            let answer = match (known.get(&ask.tenant), &failed) {
                (Some(found), _) => Ok(found.clone()),
                (None, Some(problem)) => Err(problem.clone()),
                (None, None) => Err(Problem::internal()),
            };
            // The caller may have disconnected.
            let _ = ask.reply.send(answer);
        }
    }

    async fn look_up(
        &self,
        tenants: &BTreeSet<TenantId>,
        now: Instant,
    ) -> Result<Vec<(TenantId, KnownTenant)>, Problem> {
        let ids = tenants.iter().collect();
        let found = timeout(LONGEST_QUERY, self.storage.tenants_of(&ids)).await;
        let found = found.map_err(|_| Problem::unavailable("The database does not answer"))??;
        let found: HashMap<_, _> = found.iter().map(|one| (&one.id, one)).collect();
        let answers = tenants.iter().map(|tenant| {
            let known = KnownTenant::of(found.get(tenant).copied());
            let said = Answer::to(known.clone(), now);
            self.answers.remember(tenant, said);
            (tenant.clone(), known)
        });
        Ok(answers.collect())
    }
}
