//! From a loaded message to calls: each as a permit of its account becomes free.

use std::sync::Arc;

use campanile_storage::Job;
use tokio::sync::OwnedSemaphorePermit;

use super::attempt::Begun;
use super::load::Loaded;
use super::room::Place;
use super::run::Worker;
use crate::account::{Account, Asking, Bound, Choice, Deferral};

/// What is to be done with a delivery.
pub(crate) enum Turn {
    /// A call through this account, with this permit.
    Call {
        account: Arc<Account>,
        permit: OwnedSemaphorePermit,
        by_weight: bool,
    },
    /// Nothing for now.
    Wait(Deferral),
}

impl Worker {
    /// Starts a message's calls as permits become free: a separate task, so that only its own messages wait for a
    /// slow account. On the stop signal it gives up the rest: the message is returned once the calls that have begun
    /// are recorded.
    pub(crate) async fn dispatch_to_accounts(self: Arc<Self>, loaded: Loaded, mut place: Place) {
        let Loaded {
            message,
            rows,
            suspect,
            seen_at,
        } = loaded;
        if rows.jobs.is_empty() {
            self.recorder.finish(message).await;
            return;
        }
        message.expect(rows.jobs.len());
        let lane = rows.dispatch.lane;
        let mut jobs = rows.jobs.into_iter();
        while let Some(mut job) = jobs.next() {
            if suspect {
                // A call for it may have been interrupted: it is retried through that account only, even if it has to
                // wait for it.
                job.unfinished_starts = job.unfinished_starts.max(1);
            }
            if let Some(ended) = self.end_without_call(&job, lane, job.standing) {
                self.recorder
                    .submit(ended, job.trace, Arc::clone(&message))
                    .await;
                continue;
            }
            let Some(turn) = self.turn(&job).await else {
                return message.give_up(jobs.len() + 1).await;
            };
            let place = place.part(jobs.len() + 1);
            let (worker, message) = (Arc::clone(&self), Arc::clone(&message));
            self.calls.spawn(async move {
                let begun = Begun { job, lane, seen_at };
                if suspect {
                    worker.attempt_suspect(begun, turn, &message).await;
                } else {
                    worker.attempt(begun, turn, &message, false).await;
                }
                drop(place);
            });
        }
    }

    /// Waits for a permit of the chosen account; `None` on the stop signal.
    pub(crate) async fn turn(&self, job: &Job) -> Option<Turn> {
        while !self.stop_taking.is_cancelled() {
            let (account, by_weight) = match self.choose(job) {
                Choice::Wait(deferral) => return Some(Turn::Wait(deferral)),
                Choice::Call { account, by_weight } => (account, by_weight),
            };
            tokio::select! {
                () = self.stop_taking.cancelled() => {}
                // It has none any more once it was replaced; then there is another choice.
                permit = account.permits().acquire_owned() => if let Ok(permit) = permit {
                    return Some(Turn::Call { account, permit, by_weight });
                },
            }
        }
        None
    }

    /// Which account would make this delivery's next call.
    pub(crate) fn choose(&self, job: &Job) -> Choice {
        let cut_off = job.unfinished_starts > 0;
        let marked = job.started_account.as_deref().filter(|_| cut_off);
        let bound = match marked.or(job.ambiguous_at.as_deref()) {
            Some("") => Bound::Own,
            Some(account) => Bound::To(account),
            None if cut_off => Bound::Own,
            None => Bound::Free,
        };
        let (tenant, now) = (&job.notification.tenant, self.clock.now());
        self.accounts
            .choose(tenant, self.channel, &asking(job), bound, now)
    }
}

/// What accounts look at of a delivery.
pub(super) fn asking(job: &Job) -> Asking<'_> {
    Asking {
        delivery: job.delivery_id,
        address: &job.address,
        platform: job.platform,
    }
}
