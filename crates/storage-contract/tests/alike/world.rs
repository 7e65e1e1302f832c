//! One back end, and the worker beside it.

use std::sync::Arc;

use campanile_domain::{Channel, DeliveryState, EmailAddress, Routes, User};
use campanile_pipeline::put_user;
use campanile_pipeline::{
    cancel_notification, change_notification, delete_notification, purge_dead_letters,
    replay_dead_letters,
};
use campanile_storage::{DeadLetterFilter, Dispatch, FinishedDelivery, Job, Planned, Storage};
use campanile_storage_contract::fixture::{
    ADDRESS, finished, load, plan_along_at, read_all, record, release,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::story::{Step, Story};

pub struct World {
    pub storage: Arc<dyn Storage>,
    routes: Routes,
    /// What is dispatched and not done, in an order that does not depend on the back end.
    open: Vec<(String, Dispatch)>,
}

impl World {
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            routes: Routes::default(),
            open: Vec::new(),
        }
    }

    /// Makes the tenants, one user with a mail address, and the routes.
    pub async fn begin(&mut self, story: &Story) {
        for tenant in &story.tenants {
            self.storage.create_tenant(tenant, story.now).await.unwrap();
            let person = User {
                tenant: tenant.clone(),
                id: story.users[0].clone(),
                email: Some(EmailAddress::parse("anna@example.com").unwrap()),
                email_gone_at: None,
                locale: None,
                timezone: None,
                attributes: "{}".into(),
                created_at: story.now,
                updated_at: story.now,
            };
            put_user(&self.storage, &person).await.unwrap();
            self.routes
                .add(tenant.clone(), Channel::Webhook, ADDRESS.into());
            self.routes.add_for_users(tenant.clone(), Channel::Email);
        }
    }

    /// Takes a step, and says what was answered.
    pub async fn take(&mut self, (now, step): &(DateTime<Utc>, Step)) -> String {
        let (storage, now) = (Arc::clone(&self.storage), *now);
        match step {
            Step::Accept(item) => {
                let batch = [item.clone()].into();
                format!("{:?}", storage.accept(batch).await.unwrap())
            }
            Step::Plan => {
                let planned = plan_along_at(storage.as_ref(), &self.routes, now).await;
                self.dispatched(planned).await
            }
            Step::Release => {
                let planned = release(storage.as_ref(), now).await;
                self.dispatched(planned).await
            }
            Step::Work { which, outcomes } => self.work(*which, *outcomes, now).await,
            Step::Change(tenant, user, id, change) => {
                let changed =
                    change_notification(storage.as_ref(), tenant, user, *id, *change, now).await;
                format!("{:?}", changed.unwrap())
            }
            Step::Delete(tenant, user, id) => {
                let deleted = delete_notification(storage.as_ref(), tenant, user, *id, now).await;
                format!("{:?}", deleted.unwrap())
            }
            Step::ReadAll(tenant, user) => {
                let read = read_all(storage.as_ref(), tenant, user, None, now).await;
                format!("{read:?}")
            }
            Step::Cancel(tenant, id) => {
                let cancelled = cancel_notification(storage.as_ref(), tenant, *id, now).await;
                format!("{:?}", cancelled.unwrap())
            }
            Step::Replay(tenant, channel) => {
                let chosen = of(*channel);
                let count =
                    replay_dead_letters(storage.as_ref(), tenant, &chosen, now, 1_000).await;
                format!("{}", count.unwrap())
            }
            Step::Purge(tenant, channel) => {
                let chosen = of(*channel);
                let count = purge_dead_letters(storage.as_ref(), tenant, &chosen, 1_000).await;
                format!("{}", count.unwrap())
            }
            Step::Subscribe(tenant, topic, users) => {
                let count = storage.subscribe(tenant, topic, users, now).await;
                format!("{}", count.unwrap())
            }
            Step::Unsubscribe(tenant, topic, users) => {
                let count = storage.unsubscribe(tenant, topic, users, now).await;
                format!("{:?}", count.unwrap())
            }
        }
    }

    async fn dispatched(&mut self, planned: Planned) -> String {
        let mut dispatched = Vec::new();
        for dispatch in planned.dispatches {
            let known = describe(self.storage.as_ref(), &dispatch).await;
            dispatched.push(known.clone());
            self.open.push((known, dispatch));
        }
        self.open.sort_by(|a, b| a.0.cmp(&b.0));
        dispatched.sort();
        let mut inboxes = planned.inboxes;
        inboxes.sort();
        format!(
            "{} planned, {:?} cancelled, {:?} suppressed, {:?} deferred, {inboxes:?} shown, {dispatched:#?}, \
             more: {}, held: {}",
            planned.notifications,
            planned.cancelled,
            planned.suppressed,
            planned.deferred,
            planned.more,
            planned.held
        )
    }

    async fn work(&mut self, which: u64, outcomes: u64, now: DateTime<Utc>) -> String {
        if self.open.is_empty() {
            return "idle".into();
        }
        let place = usize::try_from(which % self.open.len() as u64).unwrap();
        let (known, dispatch) = self.open.remove(place);
        let loaded = load(self.storage.as_ref(), &dispatch).await;
        let mut jobs = loaded.map(|loaded| loaded.jobs).unwrap_or_default();
        jobs.sort_by_key(|job| job.delivery_id);
        let results = jobs.iter().enumerate();
        let results = results.map(|(n, job)| outcome(job, (outcomes >> (n % 16 * 4)) % 4, now));
        record(self.storage.as_ref(), Some(&dispatch), results.collect()).await;
        format!("{} jobs of {known}", jobs.len())
    }
}

fn of(channel: Option<Channel>) -> DeadLetterFilter {
    DeadLetterFilter {
        channel,
        ..DeadLetterFilter::default()
    }
}

/// A dispatch without what its back end drew.
async fn describe(storage: &dyn Storage, dispatch: &Dispatch) -> String {
    let loaded = load(storage, dispatch).await;
    let mut jobs: Vec<_> = loaded
        .iter()
        .flat_map(|loaded| &loaded.jobs)
        .map(|job| {
            let attempts = (job.attempts_made, job.ladder_from, job.unfinished_starts);
            format!(
                "{} {} {} {attempts:?} {:?}",
                job.delivery_id,
                job.channel.name(),
                job.address,
                job.standing
            )
        })
        .collect();
    jobs.sort();
    format!(
        "{} {} {:?} epoch {} of {}: {jobs:?}",
        dispatch.tenant.as_str(),
        dispatch.channel.name(),
        dispatch.lane,
        dispatch.epoch,
        dispatch.size
    )
}

fn outcome(job: &Job, choice: u64, now: DateTime<Utc>) -> FinishedDelivery {
    let state = match choice {
        0 | 1 => DeliveryState::Sent,
        2 => DeliveryState::Retrying,
        _ => DeliveryState::Dead,
    };
    FinishedDelivery {
        next_attempt_at: (state == DeliveryState::Retrying).then_some(now + TimeDelta::minutes(7)),
        reason: (state == DeliveryState::Dead).then(|| "rejected".to_owned()),
        ..finished(job, state)
    }
}
