//! One turn of the scheduler: what is due goes to the outbox, or leaves, or waits again.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use campanile_domain::{DeliveryState, Lane, NotificationId, Occasion, TenantId, UserId, Verdict};
use campanile_storage::{
    ChoicesByPerson, DeferredDelivery, Due, DueFacts, LostDelivery, OpenDue, OutboxRow, Planned,
    ReleaseLimits, Scope, SettledDue, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

use crate::dispatches::{Leaving, group_into_dispatches};
use crate::people::{choices, hold_choices};
use crate::readdress::readdress;

/// Takes due rows, fairly over tenants, in one transaction: a `send` row becomes an outbox row, a `retry` row joins a
/// dispatch of its tenant, channel and lane if its delivery is still open and [`Verdict::of`] says that it leaves. A
/// deadline that has passed makes it `expired`; what its user does not want any more is `suppressed`, and so is what
/// goes to an address that is not theirs any more, whose place the user's other addresses take; quiet hours defer it
/// again; a notification that the user is done with makes it `cancelled`.
///
/// The dispatches are to be published; `notifications` counts the `send` rows.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn release<S: UnitOfWork + ?Sized>(
    storage: &S,
    limits: ReleaseLimits,
    now: DateTime<Utc>,
) -> Result<Planned, StorageError> {
    transact(storage, Scope::worker(), Release { limits, now }).await
}

struct Release {
    limits: ReleaseLimits,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Release {
    type Done = Planned;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Planned, StorageError> {
        let claimed = tx.claim_due(&self.limits, self.now).await?;
        if claimed.rows.is_empty() {
            tx.nothing_written();
            return Ok(Planned::default());
        }
        let (retries, sends): (Vec<&Due>, Vec<&Due>) =
            claimed.rows.iter().partition(|due| due.retry.is_some());
        tx.insert_outbox(&outbox(&sends), self.now).await?;
        let mut planned = if retries.is_empty() {
            Planned::default()
        } else {
            self.retry(tx, &retries).await?
        };
        planned.notifications = sends.len();
        planned.more = claimed.more;
        Ok(planned)
    }
}

/// Sends go to the outbox in the lane that they were accepted for.
fn outbox(sends: &[&Due]) -> Vec<OutboxRow> {
    let mut groups: BTreeMap<(&TenantId, i16), Vec<NotificationId>> = BTreeMap::new();
    for due in sends {
        let group = groups.entry((&due.tenant, due.lane.rank())).or_default();
        group.push(due.notification);
    }
    let row = |((tenant, lane), notifications): ((&TenantId, i16), _)| OutboxRow {
        tenant: tenant.clone(),
        lane: Lane::from_rank(lane),
        notifications,
    };
    groups.into_iter().map(row).collect()
}

impl Release {
    /// Dispatches the retries that leave, and writes what becomes of the others. Deliveries that are not open any
    /// more stay as they are.
    async fn retry(
        &self,
        tx: &mut dyn Transaction,
        retries: &[&Due],
    ) -> Result<Planned, StorageError> {
        let tenants: BTreeSet<_> = retries.iter().map(|due| &due.tenant).collect();
        tx.narrow_to(&tenants.into_iter().collect::<Vec<_>>())
            .await?;
        let open = tx.open_due(retries).await?;
        let verdicts = self.verdicts(tx, retries, &open).await?;
        let mut decided = Decided::default();
        for (verdict, one) in verdicts.into_iter().zip(&open) {
            decided.add(verdict, retries[one.place], one);
        }
        tx.settle_due(&decided.settled, self.now).await?;
        tx.schedule_deferred(&decided.waiting).await?;
        readdress(tx, &decided.lost, self.now).await?;
        let dispatches = group_into_dispatches(
            decided.leaving,
            self.limits.dispatch_size,
            self.now,
            tx.random(),
        );
        tx.insert_dispatches(&dispatches, self.now).await?;
        let mut planned = decided.counts;
        planned.dispatches = dispatches.into_iter().map(|one| one.dispatch).collect();
        Ok(planned)
    }

    /// Asks the function that planned them. Where some wait again, the choices of their tenants are held and read
    /// again.
    async fn verdicts(
        &self,
        tx: &mut dyn Transaction,
        retries: &[&Due],
        open: &[OpenDue],
    ) -> Result<Vec<Verdict>, StorageError> {
        let people = open.iter().filter_map(|one| {
            let facts = one.facts.as_ref()?;
            Some((&retries[one.place].tenant, &facts.user))
        });
        let people: BTreeSet<(&TenantId, &UserId)> = people.collect();
        let mut chosen = choices(tx, &people).await?;
        let verdicts = self.ask(retries, open, &chosen);
        let waits = |(verdict, one): (&Verdict, &OpenDue)| {
            matches!(verdict, Verdict::Waits { .. }).then(|| &retries[one.place].tenant)
        };
        let deferring: BTreeSet<_> = verdicts.iter().zip(open).filter_map(waits).collect();
        if hold_choices(tx, &mut chosen, &deferring, &people).await? {
            return Ok(self.ask(retries, open, &chosen));
        }
        Ok(verdicts)
    }

    fn ask(&self, retries: &[&Due], open: &[OpenDue], choices: &ChoicesByPerson) -> Vec<Verdict> {
        let verdict = |one: &OpenDue| {
            let due = retries[one.place];
            // What is withdrawn need not wait, and what cannot be read is put aside by the worker that loads it.
            let (Some((channel, _)), Some(facts), None) = (due.retry, &one.facts, one.withdrawn)
            else {
                return Verdict::Leaves;
            };
            let preferences = choices.of(&due.tenant, &facts.user);
            Verdict::of(occasion(facts), channel, &preferences, facts.lost, self.now)
        };
        open.iter().map(verdict).collect()
    }
}

fn occasion(facts: &DueFacts) -> Occasion<'_> {
    Occasion {
        notification_type: &facts.notification_type,
        priority: facts.priority,
        expires_at: facts.expires_at,
        // Decided once, when it was planned: what waited since is news to its user.
        is_seen_live: false,
    }
}

/// What was decided of all that is due.
#[derive(Default)]
struct Decided<'d> {
    leaving: Vec<Leaving>,
    settled: Vec<SettledDue<'d>>,
    waiting: Vec<DeferredDelivery>,
    lost: Vec<LostDelivery>,
    counts: Planned,
}

impl<'d> Decided<'d> {
    fn add(&mut self, verdict: Verdict, due: &'d Due, one: &OpenDue) {
        let Some((channel, delivery)) = due.retry else {
            return;
        };
        let (tenant, notification, lane) = (due.tenant.clone(), due.notification, due.lane);
        let (state, reason, until) = match one.withdrawn {
            Some(why) => {
                self.counts.cancelled.add(channel, why);
                (DeliveryState::Cancelled, Some(why.name()), None)
            }
            None => verdict.recorded_as(),
        };
        let Some(reason) = reason else {
            self.leaving.push(Leaving {
                tenant,
                channel,
                lane,
                notification,
                delivery,
            });
            return;
        };
        match state {
            DeliveryState::Suppressed => self.counts.suppressed.add(channel, reason),
            DeliveryState::Deferred => self.counts.deferred.add(channel, reason),
            _ => {}
        }
        self.settled.push(SettledDue {
            due,
            state,
            reason,
            until,
        });
        let Some(facts) = &one.facts else { return };
        let user = facts.user.clone();
        if let Some(until) = until {
            self.waiting.push(DeferredDelivery {
                tenant,
                user,
                notification,
                delivery,
                channel,
                lane,
                until,
            });
        } else if let Verdict::Lost(_) = verdict {
            self.lost.push(LostDelivery {
                tenant,
                user,
                notification,
                delivery,
                channel,
                lane,
            });
        }
    }
}
