//! What happens next, by chance.

use campanile_domain::{
    Channel, InboxChange, Lane, NotificationId, NotificationType, Priority, TenantId, TopicKey,
    UserId,
};
use campanile_storage::AcceptItem;
use campanile_storage_contract::fixture::{
    item, item_texts, keyed, notification, now, tenant, user,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::random::Random;

/// One call, the same for every back end.
#[derive(Debug, Clone)]
pub enum Step {
    Accept(AcceptItem),
    Plan,
    Release,
    /// A worker takes one of the open dispatches; the numbers choose it and what becomes of its jobs.
    Work {
        which: u64,
        outcomes: u64,
    },
    Change(TenantId, UserId, NotificationId, InboxChange),
    Delete(TenantId, UserId, NotificationId),
    ReadAll(TenantId, UserId),
    Cancel(TenantId, NotificationId),
    Replay(TenantId, Option<Channel>),
    Purge(TenantId, Option<Channel>),
    Subscribe(TenantId, TopicKey, Vec<UserId>),
    Unsubscribe(TenantId, TopicKey, Vec<UserId>),
}

pub struct Story {
    random: Random,
    pub now: DateTime<Utc>,
    pub tenants: Vec<TenantId>,
    pub users: Vec<UserId>,
    pub topics: Vec<TopicKey>,
    /// All that was accepted.
    pub accepted: Vec<(TenantId, UserId, NotificationId)>,
}

impl Story {
    pub fn begin(seed: u64) -> Self {
        let topic = |name| TopicKey::parse(name).unwrap();
        Self {
            random: Random(seed),
            now: now(),
            tenants: ["acme", "other"].map(tenant).into(),
            users: ["anna", "ben", "cleo"].map(user).into(),
            topics: ["news", "offers"].map(topic).into(),
            accepted: Vec::new(),
        }
    }

    /// Time passes with every step.
    pub fn next_step(&mut self) -> (DateTime<Utc>, Step) {
        let minutes = self.random.below(10);
        self.now += TimeDelta::minutes(i64::try_from(minutes).unwrap());
        (self.now, self.step())
    }

    fn step(&mut self) -> Step {
        let tenant = self.random.of(&self.tenants).clone();
        let user = self.random.of(&self.users).clone();
        let channels = [Some(Channel::Webhook), Some(Channel::Email), None];
        match self.random.below(20) {
            0..=4 => Step::Accept(self.accept(tenant)),
            5..=7 => Step::Plan,
            8..=10 => Step::Work {
                which: self.random.number(),
                outcomes: self.random.number(),
            },
            11 | 12 => Step::Release,
            13 => Step::ReadAll(tenant, user),
            14 => Step::Replay(tenant, *self.random.of(&channels)),
            15 => Step::Purge(tenant, *self.random.of(&channels)),
            16 => {
                let (topic, users) = self.subscription();
                match self.random.one_in(3) {
                    true => Step::Unsubscribe(tenant, topic, users),
                    false => Step::Subscribe(tenant, topic, users),
                }
            }
            _ if self.accepted.is_empty() => Step::Plan,
            _ => {
                // Mostly of the last few, so that one thing meets another.
                let old = self.accepted.len().saturating_sub(6);
                let from = if self.random.one_in(4) { 0 } else { old };
                let (tenant, user, id) = self.random.of(&self.accepted[from..]).clone();
                match self.random.below(8) {
                    0 | 3 => Step::Cancel(tenant, id),
                    1 => Step::Delete(tenant, user, id),
                    // What is not theirs is not there.
                    2 => Step::Change(
                        tenant,
                        self.random.of(&self.users).clone(),
                        id,
                        InboxChange::Read,
                    ),
                    _ => Step::Change(tenant, user, id, self.change()),
                }
            }
        }
    }

    /// Made by the machine's clock, which back ends hold ids to; the story's runs ahead of it.
    fn accept(&mut self, tenant: TenantId) -> AcceptItem {
        let mut one = |user: &UserId| {
            let mut asked = notification(&tenant, user.as_str());
            let kind = *self.random.of(&["message", "invoice"]);
            asked.notification_type = NotificationType::parse(kind).unwrap();
            asked.priority =
                *self
                    .random
                    .of(&[Priority::Normal, Priority::High, Priority::Critical]);
            asked.channels = match self.random.below(4) {
                0 => Some(vec![Channel::InApp, Channel::Webhook]),
                1 => Some(vec![Channel::Webhook, Channel::Push]),
                2 => Some(vec![Channel::InApp, Channel::Email]),
                _ => None,
            };
            let later =
                |minutes: usize| self.now + TimeDelta::minutes(i64::try_from(minutes).unwrap());
            asked.send_at = self
                .random
                .one_in(4)
                .then(|| later(1 + self.random.below(60)));
            let least = asked.send_at.unwrap_or(self.now);
            let life = TimeDelta::minutes(i64::try_from(1 + self.random.below(90)).unwrap());
            asked.expires_at = self.random.one_in(4).then_some(least + life);
            if self.random.one_in(3) {
                asked.item = item_texts();
            }
            asked
        };
        let notifications: Vec<_> = self.users.iter().map(&mut one).collect();
        let taken = 1 + self.random.below(notifications.len());
        let notifications = notifications[..taken].to_vec();
        for asked in &notifications {
            self.accepted
                .push((tenant.clone(), asked.user_id.clone(), asked.id));
        }
        let mut request = match self.random.one_in(4) {
            // One of few keys, and of two fingerprints: some repeat, some contradict.
            true => {
                let key = *self.random.of(&["k1", "k2", "k3"]);
                let body = u8::try_from(self.random.below(2)).unwrap();
                keyed(notifications[0].clone(), key, body)
            }
            false => item(notifications),
        };
        request.lane = *self.random.of(&[Lane::Critical, Lane::Default, Lane::Bulk]);
        request
    }

    fn change(&mut self) -> InboxChange {
        let until =
            self.now + TimeDelta::minutes(i64::try_from(self.random.below(60)).unwrap() + 1);
        *self.random.of(&[
            InboxChange::Read,
            InboxChange::Unread,
            InboxChange::Seen,
            InboxChange::Archive,
            InboxChange::Unarchive,
            InboxChange::Snooze { until },
            InboxChange::Unsnooze,
        ])
    }

    fn subscription(&mut self) -> (TopicKey, Vec<UserId>) {
        let topic = self.random.of(&self.topics).clone();
        let mut users = self.users.clone();
        users.truncate(1 + self.random.below(self.users.len()));
        (topic, users)
    }
}
