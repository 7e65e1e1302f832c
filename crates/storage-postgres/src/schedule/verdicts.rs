//! What becomes of deliveries that are due: asked of the same function that planned them.

use campanile_domain::{DeliveryState, Occasion, TenantId, UserId, Verdict};
use campanile_storage::{Cancelled, Reasons};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::claim::Due;
use super::found::{Found, Told, found};
use super::settle::{Settled, settle};
use crate::address_book::{Lost, readdress};
use crate::bundle::Open;
use crate::deferred::{self, Deferred};
use crate::error::Fault;
use crate::preferences::{EffectivePreferencesByUser, effective_preferences, hold_choices};

/// What was decided of all that is due.
#[derive(Default)]
pub(super) struct Decided {
    /// Leaves now.
    pub(super) open: Vec<Open>,
    pub(super) cancelled: Cancelled,
    pub(super) suppressed: Reasons,
    pub(super) deferred: Reasons,
}

/// Decides what of the due deliveries leaves, and writes down what becomes of the others. Those that
/// are not open any more stay as they are.
pub(super) async fn decide(
    connection: &mut PgConnection,
    retries: &[&Due],
    now: DateTime<Utc>,
) -> Result<Decided, Fault> {
    if retries.is_empty() {
        return Ok(Decided::default());
    }
    let found = found(connection, retries).await?;
    let people = || {
        found
            .iter()
            .filter_map(|one| whose(retries[one.place], one))
    };
    let mut choices = effective_preferences(connection, people()).await?;
    let mut verdicts = asked(retries, &found, &choices, now);
    let waits = |(verdict, one): (&Verdict, &Found)| {
        matches!(verdict, Verdict::Waits { .. }).then(|| &retries[one.place].tenant)
    };
    let deferring: Vec<_> = verdicts.iter().zip(&found).filter_map(waits).collect();
    if !deferring.is_empty() {
        // As in `relay/lines.rs`.
        hold_choices(connection, &mut choices, deferring, people()).await?;
        verdicts = asked(retries, &found, &choices, now);
    }
    let mut decided = Decided::default();
    let (mut settled, mut waits, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for (verdict, one) in verdicts.into_iter().zip(&found) {
        let due = retries[one.place];
        let Some((channel, delivery)) = due.retry else {
            continue;
        };
        if let (Verdict::Lost(_), Some(told)) = (verdict, &one.told) {
            lost.push(Lost {
                tenant: &due.tenant,
                user: &told.user,
                notification: due.notification,
                delivery,
                channel,
                lane: due.lane,
            });
        }
        let (state, reason, until) = match one.withdrawn {
            Some(why) => {
                decided.cancelled.add(channel, why);
                (DeliveryState::Cancelled, Some(why.name()), None)
            }
            None => verdict.told(),
        };
        match (state, reason) {
            (DeliveryState::Suppressed, Some(why)) => decided.suppressed.add(channel, why),
            (DeliveryState::Deferred, Some(why)) => decided.deferred.add(channel, why),
            _ => {}
        }
        if let (Some(until), Some(told)) = (until, &one.told) {
            waits.push(Deferred {
                tenant: due.tenant.clone(),
                user: told.user.clone(),
                notification: due.notification,
                delivery,
                channel,
                lane: due.lane,
                until,
            });
        }
        match reason {
            Some(reason) => settled.push(Settled {
                due,
                state,
                reason,
                until,
            }),
            None => decided.open.push(Open {
                tenant: due.tenant.clone(),
                channel,
                lane: due.lane,
                notification: due.notification,
                delivery,
            }),
        }
    }
    settle(connection, &settled, now).await?;
    deferred::insert(connection, &waits).await?;
    readdress(connection, &lost, now).await?;
    Ok(decided)
}

fn whose<'d>(due: &'d Due, one: &'d Found) -> Option<(&'d TenantId, &'d UserId)> {
    Some((&due.tenant, &one.told.as_ref()?.user))
}

fn asked(
    retries: &[&Due],
    found: &[Found],
    choices: &EffectivePreferencesByUser,
    now: DateTime<Utc>,
) -> Vec<Verdict> {
    let verdict = |one: &Found| {
        let due = retries[one.place];
        // What is withdrawn need not wait, and what cannot be read is put aside by whoever loads it.
        let (Some((channel, _)), Some(told), None) = (due.retry, &one.told, one.withdrawn) else {
            return Verdict::Leaves;
        };
        let preferences = choices.of(&due.tenant, &told.user);
        Verdict::of(occasion(told), channel, &preferences, told.lost, now)
    };
    found.iter().map(verdict).collect()
}

fn occasion(told: &Told) -> Occasion<'_> {
    Occasion {
        notification_type: &told.notification_type,
        priority: told.priority,
        expires_at: told.expires_at,
    }
}
