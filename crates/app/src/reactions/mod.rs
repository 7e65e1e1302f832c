//! Readers, and programs, open mails and links in them.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Clock, DeliveryId, DeliveryState, Reaction, ReactionKind, TenantId};
use campanile_links::MailLink;
use campanile_storage::{ReactedTo, Storage, StorageError};
use campanile_telemetry::metrics;
use moka::sync::Cache;
use tokio::sync::Semaphore;

/// For so long what was seen of a delivery is remembered, so that a link that is opened again and again costs nothing.
const KNOWN: Duration = Duration::from_secs(60);
/// Deliveries that are remembered at a time.
const CAPACITY: u64 = 10_000;
/// Reactions that are looked up at a time; others are not counted, so that no flood of them takes the database from those
/// who send.
const TURNS: usize = 16;

/// Notes reactions to mails; cheap to clone.
#[derive(Clone)]
pub struct ReactionBook {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    known: Cache<(TenantId, DeliveryId), ReactedTo>,
    turns: Arc<Semaphore>,
}

impl std::fmt::Debug for ReactionBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReactionBook").finish_non_exhaustive()
    }
}

impl ReactionBook {
    /// Notes them in `storage`.
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        let known = Cache::builder().max_capacity(CAPACITY);
        Self {
            storage,
            clock,
            known: known.time_to_live(KNOWN).build(),
            turns: Arc::new(Semaphore::new(TURNS)),
        }
    }

    /// Whether a link is too old to lead on.
    pub fn is_expired(&self, link: &MailLink) -> bool {
        link.is_expired(self.clock.now())
    }

    /// Notes that a link of a mail was opened, by somebody who says this of themselves. Each kind of reaction counts once for
    /// a mail, and only while its tenant tracks it. Whoever opened the link is led on in any case, so there is no error: what
    /// could not be noted is counted as lost.
    pub async fn opened(&self, kind: ReactionKind, link: &MailLink, user_agent: Option<&str>) {
        let noted = match self.turns.try_acquire() {
            Ok(_turn) => self.note(kind, link, user_agent).await,
            Err(_) => return count(kind, "lost"),
        };
        match noted {
            Ok(Some(reaction)) if reaction.by_machine => count(kind, "machine"),
            Ok(Some(_)) => count(kind, "reader"),
            Ok(None) => {}
            // The outage is reported where the database is reached.
            Err(_) => count(kind, "lost"),
        }
    }

    /// The reaction, if it is the first of its kind.
    async fn note(
        &self,
        kind: ReactionKind,
        link: &MailLink,
        user_agent: Option<&str>,
    ) -> Result<Option<Reaction>, StorageError> {
        let (tenant, storage) = (&link.tenant, self.storage.as_ref());
        let Some(delivery) = self.delivery(link).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let ended = (delivery.state, delivery.updated_at);
        let reaction = Reaction::judged(kind, user_agent, ended, now);
        if delivery.reactions.first(reaction).is_some() {
            return Ok(None);
        }
        // Asked last: hardly any reaction comes so far twice.
        let tenant_now = storage.tenant(tenant).await?;
        let is_wanted = tenant_now.is_some_and(|one| match kind {
            ReactionKind::Open => one.track_opens,
            ReactionKind::Click => one.track_clicks,
        });
        if !is_wanted {
            return Ok(None);
        }
        let (notification, delivery) = (link.notification, link.delivery);
        let recorded = campanile_pipeline::record_reaction(
            storage,
            tenant,
            notification,
            delivery,
            reaction,
            now,
        );
        let is_first = recorded.await?;
        self.known.invalidate(&(tenant.clone(), delivery));
        Ok(is_first.then_some(reaction))
    }

    /// What is known of a delivery. It is remembered once it is sent: before that its state changes soon.
    async fn delivery(&self, link: &MailLink) -> Result<Option<ReactedTo>, StorageError> {
        let key = (link.tenant.clone(), link.delivery);
        if let Some(known) = self.known.get(&key) {
            return Ok(Some(known));
        }
        let found = self
            .storage
            .reacted_to(&link.tenant, link.notification, link.delivery)
            .await?;
        if let Some(found) = found.filter(|found| found.state == DeliveryState::Sent) {
            self.known.insert(key, found);
        }
        Ok(found)
    }
}

fn count(kind: ReactionKind, by: &str) {
    let kind = match kind {
        ReactionKind::Open => "open",
        ReactionKind::Click => "click",
    };
    let counter = &metrics().mail_reactions_total;
    counter.with_label_values(&[kind, by]).inc();
}
