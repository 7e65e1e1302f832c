//! Whether a tenant exists and how much it may do, remembered for a moment so that not every request asks the database.
//!
//! One question for a tenant is under way at a time: those who come meanwhile wait for its answer. It does not end with the
//! request that began it. Tenants that only an unverified token names are asked for apart ([`claimed`]).

mod claimed;
mod credential;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::{Bus, Wake};
use campanile_domain::{Tenant, TenantId, TenantLimits, TokenKeyPrint};
use campanile_live::Credential;
use campanile_storage::Storage;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout};

use self::claimed::Claimed;
use self::credential::TenantKeyCredential;
use super::answers::{Answers, Said};
use super::tenant_keys::TenantKeys;
use super::voided::Voided;
use crate::problem::Problem;

/// A tenant that was removed is known for at most so long.
const KNOWN: Duration = Duration::from_secs(5);
/// A tenant that was just created is refused for at most so long.
const UNKNOWN: Duration = Duration::from_secs(1);
/// While the database does not answer, a tenant stays known for so long since it was last seen there:
/// as long as answers about inboxes are kept, which could not be given otherwise.
const KNOWN_WITHOUT_DATABASE: Duration = Duration::from_secs(300);
/// Who is known is waited for no longer: with the write that follows, the caller is to hear within a second.
const PATIENCE: Duration = Duration::from_millis(200);
/// More names than this are not remembered at a time, of tenants that exist and of others: those that were asked for least
/// make way.
const CAPACITY: u64 = 10_000;

/// Answers from memory where it may; cheap to clone.
#[derive(Clone)]
pub(super) struct KnownTenants {
    storage: Arc<dyn Storage>,
    answers: Answers<TenantId, Answer>,
    asked: Arc<Mutex<HashMap<TenantId, Question>>>,
    voided: Voided,
    claimed: Claimed,
    /// Ends the task that listens to the bus.
    living: Arc<()>,
}

/// A question that is under way.
#[derive(Clone)]
struct Question {
    asked_at: Instant,
    answer: Shared<BoxFuture<'static, Result<KnownTenant, Problem>>>,
}

/// What a tenant's callers may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is no such tenant, or it is being removed.
    Unknown,
    /// It may only read.
    Suspended,
    /// It may act.
    Active,
}

impl Standing {
    fn of(tenant: Option<&Tenant>) -> Self {
        match tenant {
            None => Self::Unknown,
            Some(tenant) if tenant.removing_since.is_some() => Self::Unknown,
            Some(tenant) if tenant.suspended_at.is_some() => Self::Suspended,
            Some(_) => Self::Active,
        }
    }
}

/// What is known of a tenant.
#[derive(Clone)]
pub(super) struct KnownTenant {
    /// What its callers may do.
    pub(super) standing: Standing,
    /// How much.
    pub(super) limits: TenantLimits,
    /// When it was created, if there is one.
    pub(super) created_at: Option<DateTime<Utc>>,
    /// Its own keys that verify its tokens.
    pub(super) keys: Option<Arc<TenantKeys>>,
}

impl KnownTenant {
    fn of(tenant: Option<&Tenant>) -> Self {
        let standing = Standing::of(tenant);
        let there = tenant.filter(|_| standing != Standing::Unknown);
        let keys = there.and_then(|tenant| tenant.token_keys.as_ref());
        Self {
            standing,
            limits: tenant.map(|tenant| tenant.limits).unwrap_or_default(),
            created_at: tenant.map(|tenant| tenant.created_at),
            keys: keys.map(|keys| Arc::new(TenantKeys::of(keys))),
        }
    }
}

/// What the database said.
#[derive(Clone)]
struct Answer {
    known: KnownTenant,
    /// When it was asked.
    at: Instant,
    /// When it is asked again.
    until: Instant,
}

impl Answer {
    /// To a question of that moment: the moment before it counts, since the answer may be as old as that.
    fn to(known: KnownTenant, at: Instant) -> Self {
        let lasts = match known.standing {
            Standing::Unknown => UNKNOWN,
            Standing::Suspended | Standing::Active => KNOWN,
        };
        let until = at + lasts;
        Self { known, at, until }
    }

    fn holds(&self, now: Instant, voided: &Voided) -> bool {
        self.until > now && !voided.has_voided(self.at)
    }
}

impl Said for Answer {
    fn is_there(&self) -> bool {
        self.known.standing != Standing::Unknown
    }

    fn at(&self) -> Instant {
        self.at
    }
}

impl KnownTenants {
    /// Must be called inside a Tokio runtime.
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        let (answers, voided) = (Answers::new(CAPACITY), Voided::default());
        Self {
            claimed: Claimed::start(Arc::clone(&storage), answers.clone(), voided.clone()),
            storage,
            answers,
            asked: Arc::default(),
            voided,
            living: Arc::default(),
        }
    }

    /// Asks again for all when the bus says that a tenant has been suspended, resumed or deleted.
    pub(super) fn voided_by(&self, bus: &dyn Bus) {
        let (mut wakes, voided) = (bus.listen(), self.voided.clone());
        let living = Arc::downgrade(&self.living);
        tokio::spawn(async move {
            loop {
                match wakes.recv().await {
                    Ok(Wake::Access) => voided.now(),
                    // What was missed is found when `KNOWN` is over.
                    Ok(Wake::Outbox | Wake::Templates) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
                if living.strong_count() == 0 {
                    return;
                }
            }
        });
    }

    /// What the callers of such a tenant may do.
    pub(super) async fn known(&self, tenant: &TenantId) -> Result<KnownTenant, Problem> {
        let last = self.answers.get(tenant);
        if let Some(known) = self.current(last.as_ref()) {
            return Ok(known);
        }
        let answer = self.question(tenant).answer;
        self.answer_or_last(tenant, last, answer).await
    }

    /// The same of a tenant that only an unverified token names. `address` is asked for only where the tenant is looked
    /// up.
    pub(super) async fn claimed(
        &self,
        tenant: &TenantId,
        address: impl FnOnce() -> Option<IpAddr>,
    ) -> Result<KnownTenant, Problem> {
        let last = self.answers.get(tenant);
        if let Some(known) = self.current(last.as_ref()) {
            return Ok(known);
        }
        let answer = self.claimed.ask(tenant, address());
        self.answer_or_last(tenant, last, answer).await
    }

    /// What tells a stream whether its tenant still has the key that verified its token.
    pub(super) fn credential(&self, tenant: TenantId, print: TokenKeyPrint) -> Arc<dyn Credential> {
        let tenants = self.clone();
        Arc::new(TenantKeyCredential {
            tenants,
            tenant,
            print,
        })
    }

    /// What is remembered, if it holds.
    fn current(&self, last: Option<&Answer>) -> Option<KnownTenant> {
        let last = last.filter(|last| last.holds(Instant::now(), &self.voided));
        last.map(|last| last.known.clone())
    }

    /// The answer, or what was known before where the database gives none.
    async fn answer_or_last(
        &self,
        tenant: &TenantId,
        last: Option<Answer>,
        answer: impl Future<Output = Result<KnownTenant, Problem>>,
    ) -> Result<KnownTenant, Problem> {
        let now = Instant::now();
        let stands_in = last.filter(|last| {
            last.known.standing != Standing::Unknown && last.at + KNOWN_WITHOUT_DATABASE > now
        });
        let Some(last) = stands_in else {
            return answer.await;
        };
        let answer = if self.voided.has_voided(last.at) {
            // It is known to have changed, so a slow answer is waited for.
            answer.await
        } else {
            match timeout(PATIENCE, answer).await {
                Ok(answer) => answer,
                Err(_) => return Ok(self.keep(tenant, last)),
            }
        };
        match answer {
            Err(problem) if problem.is_passing() => Ok(self.keep(tenant, last)),
            answer => answer,
        }
    }

    /// The database has not answered: the next ones do not wait for it either.
    fn keep(&self, tenant: &TenantId, last: Answer) -> KnownTenant {
        let until = Instant::now() + UNKNOWN;
        let known = last.known.clone();
        self.answers.remember(tenant, Answer { until, ..last });
        known
    }

    /// The question that is under way, or a new one.
    fn question(&self, tenant: &TenantId) -> Question {
        match lock(&self.asked).entry(tenant.clone()) {
            // It was asked before the change that the bus has told of. Or its task panicked: others leave when they are
            // answered.
            Entry::Occupied(mut there)
                if self.voided.has_voided(there.get().asked_at)
                    || there.get().answer.peek().is_some() =>
            {
                let question = self.ask(tenant);
                *there.get_mut() = question.clone();
                question
            }
            Entry::Occupied(there) => there.get().clone(),
            Entry::Vacant(free) => free.insert(self.ask(tenant)).clone(),
        }
    }

    /// Asks in a task, so that the answer is remembered although its caller has gone.
    fn ask(&self, tenant: &TenantId) -> Question {
        let (known, tenant) = (self.clone(), tenant.clone());
        // The moment before the question counts: the answer may be as old as that.
        let at = Instant::now();
        let asking = tokio::spawn(async move {
            let found = known.storage.tenant(&tenant).await;
            known.is_answered(&tenant, at);
            let found = found?;
            let answer = KnownTenant::of(found.as_ref());
            let said = Answer::to(answer.clone(), at);
            known.answers.remember(&tenant, said);
            Ok(answer)
        });
        let answer = async move { asking.await.unwrap_or_else(|_| Err(Problem::internal())) };
        Question {
            asked_at: at,
            answer: answer.boxed().shared(),
        }
    }

    /// A question of that moment is answered. A later one may have taken its place.
    fn is_answered(&self, tenant: &TenantId, asked_at: Instant) {
        let mut asked = lock(&self.asked);
        if asked
            .get(tenant)
            .is_some_and(|question| question.asked_at == asked_at)
        {
            asked.remove(tenant);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
