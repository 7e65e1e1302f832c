//! May an account be called for a delivery, and what does its answer mean.

use campanile_domain::{AddressFate, Blame, DeliveryId, Outcome, OutcomeKind, Platform};
use campanile_telemetry::Report;
use chrono::{DateTime, TimeDelta, Utc};

use super::Account;
use super::breaker::{Admit, Change, Ticket};
use super::choice::{Candidate, Deferral, ENDPOINT_GONE, PLATFORM_MISCONFIGURED};
use super::heard::Heard;
use super::part::Part;
use super::pause::Pause;
use super::suspicion::Meaning;

/// The delivery that asks for a call, as far as accounts look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) delivery: DeliveryId,
    /// To which address it was planned.
    pub(crate) address: &'a str,
    /// What its recipient's app runs on, where that is known.
    pub(crate) platform: Option<Platform>,
}

/// The leave to make one call. Dropped without a report it counts as nothing.
#[derive(Debug)]
pub(crate) struct Leave {
    whole: Ticket,
    platform: Option<Ticket>,
}

impl Leave {
    /// Whether this call finds out if the account works again.
    pub(crate) fn is_probe(&self) -> bool {
        let platform = self.platform.as_ref();
        self.whole.is_probe() || platform.is_some_and(Ticket::is_probe)
    }
}

/// How long deliveries wait for an account that cannot be used, before they look again.
const FAULT_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// How long they wait for one whose receiver wants no more calls: it is resumed by a person, who makes
/// them come forward.
const RECEIVER_PAUSE: TimeDelta = TimeDelta::hours(1);
/// The remedy for a refusal that several different recipients got.
const NOT_SERVED: &str = "The relay refuses one addressee after the other by policy; \
                          check the account's sender, its login and what it may send.";

impl Account {
    /// The leave to make a call for a delivery now; `None` if none is made.
    pub(crate) fn admit(&self, asking: &Asking<'_>, now: DateTime<Utc>) -> Option<Leave> {
        if self.pausing.is_on() {
            return None;
        }
        let Admit::Yes(whole) = self.whole.breaker.admit(asking.delivery, now) else {
            return None;
        };
        let platform = match self.platform(asking) {
            None => None,
            Some(part) => match part.breaker.admit(asking.delivery, now) {
                Admit::Yes(ticket) => Some(ticket),
                Admit::Not { .. } => return None,
            },
        };
        Some(Leave { whole, platform })
    }

    pub(super) fn candidate(&self, asking: &Asking<'_>, now: DateTime<Utc>) -> Candidate<'_> {
        Candidate {
            name: &self.name,
            weight: self.share.weight,
            failover_to: self.share.failover_to.as_deref(),
            refuses: self.refuses(asking, now),
        }
    }

    fn refuses(&self, asking: &Asking<'_>, now: DateTime<Utc>) -> Option<Deferral> {
        let for_long = |pause: TimeDelta, reason| Deferral {
            until: now + pause,
            spread: pause / 4,
            reason,
        };
        if self.fault.is_some() {
            return Some(for_long(FAULT_PAUSE, "misconfigured"));
        }
        if self.pausing.is_on() {
            return Some(for_long(RECEIVER_PAUSE, ENDPOINT_GONE));
        }
        let of_part = |part: &Part, reason| {
            let until = part.breaker.refuses_until(asking.delivery, now)?;
            Some(Deferral {
                until,
                spread: part.breaker.spread(),
                reason,
            })
        };
        of_part(&self.whole, "breaker_open").or_else(|| {
            let part = self.platform(asking)?;
            of_part(part, PLATFORM_MISCONFIGURED)
        })
    }

    /// Takes an answer into account, and says so when something opens or closes. Gives the answer as
    /// the delivery is to take it: what it means may depend on what others were answered.
    pub(crate) fn report(
        &self,
        leave: Leave,
        asking: &Asking<'_>,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Outcome {
        let outcome = self.judged(&leave, asking, outcome);
        if outcome.kind == OutcomeKind::Delivered {
            self.suspicion.served(asking.address);
        }
        let heard = Heard::of_account(&outcome);
        let change = self.whole.report(leave.whole, heard, &outcome, now);
        self.tell(&self.whole, change, &outcome, None);
        if let Some((part, ticket)) = self.platform(asking).zip(leave.platform) {
            let heard = Heard::of_platform(&outcome);
            let change = part.report(ticket, heard, &outcome, now);
            self.tell(part, change, &outcome, asking.platform);
        }
        if outcome.address == AddressFate::Gone && self.own_address_for(asking.address).is_some() {
            self.pause(&outcome, now);
        }
        outcome
    }

    /// What an answer means once it is known who else was answered what.
    fn judged(&self, leave: &Leave, asking: &Asking<'_>, outcome: Outcome) -> Outcome {
        match outcome.blame {
            Blame::Unclear => {
                let meaning = self.suspicion.refused(asking.address, leave.is_probe());
                let kind = match meaning {
                    Meaning::Unclear => return outcome,
                    Meaning::Addressee => OutcomeKind::Rejected,
                    Meaning::Account => OutcomeKind::Misconfigured,
                };
                let seen = Outcome::new(kind, outcome.code, outcome.detail);
                match meaning {
                    Meaning::Account => seen.remedied_by(NOT_SERVED),
                    Meaning::Unclear | Meaning::Addressee => seen,
                }
            }
            // Only platforms with a separate credential can lack it: here the app registered with another platform,
            // or its platform is no longer known.
            Blame::Platform if leave.platform.is_none() => Outcome {
                kind: OutcomeKind::Retry,
                ..outcome.of_addressee()
            },
            Blame::Account | Blame::Quota | Blame::Platform | Blame::Addressee => outcome,
        }
    }

    fn platform(&self, asking: &Asking<'_>) -> Option<&Part> {
        let all = self.platforms.iter();
        let mut own = all.filter(|(platform, _)| asking.platform == Some(*platform));
        own.next().map(|(_, part)| part)
    }

    /// Says that something opens or closes, once a minute at most: each probe that fails opens it anew.
    fn tell(&self, part: &Part, change: Change, outcome: &Outcome, platform: Option<Platform>) {
        let (tenant, channel, account) = (&self.tenant, self.channel(), &self.name);
        let (platform, code) = (platform.map(Platform::name), &outcome.code);
        match (part.to_log(change), change) {
            (Some(Report::Lasts { failures, lasting }), Change::Opened { until }) => {
                tracing::warn!(
                    tenant.id = %tenant, %channel, account, platform,
                    outcome = outcome.kind.name(), code, %until,
                    failures, lasting_s = lasting.as_secs(),
                    "the provider account is still failing; its deliveries are deferred"
                )
            }
            (Some(_), Change::Opened { until }) => tracing::warn!(
                tenant.id = %tenant, %channel, account, platform,
                outcome = outcome.kind.name(), code, remedy = outcome.remedy, %until,
                "the provider account is failing, so its circuit breaker opened; its deliveries are deferred"
            ),
            (Some(Report::Over { lasted, .. }), _) => tracing::info!(
                tenant.id = %tenant, %channel, account, platform,
                lasted_s = lasted.as_secs(), "the provider account works again"
            ),
            (Some(Report::Begins | Report::Lasts { .. }) | None, _) => {}
        }
    }

    fn pause(&self, outcome: &Outcome, now: DateTime<Utc>) {
        let code = outcome.code.clone();
        if self.pausing.begin(Pause { since: now, code }) {
            tracing::warn!(
                tenant.id = %self.tenant, channel = %self.channel(), account = self.name,
                code = outcome.code,
                "the receiver asked for no more calls; deliveries are deferred until the provider is updated or \
                resumed"
            );
        }
    }
}
