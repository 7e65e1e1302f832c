//! Two users become one: a service knew a person by two ids.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::{InvalidName, NotificationId, TenantId, UserId};

/// How far a merge is. Each stage is one or more transactions; a crash repeats none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeStage {
    /// Notifications of which nothing is pending are moved, oldest first, in steps.
    History,
    /// The kept user is subscribed to the topics of the other one.
    Topics,
    /// Everything else is moved in one transaction, and the other user is removed.
    Rest,
    /// The merge is over.
    Done,
}

impl MergeStage {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::History, Self::Topics, Self::Rest, Self::Done];

    /// The name in rows and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Topics => "topics",
            Self::Rest => "rest",
            Self::Done => "done",
        }
    }
}

impl fmt::Display for MergeStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MergeStage {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or(InvalidName("must be history, topics, rest or done"))
    }
}

/// What a merge has moved so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeCounts {
    /// Notifications, with their deliveries.
    pub notifications: u64,
    /// Devices.
    pub devices: u64,
    /// Addresses in channels of recipes.
    pub addresses: u64,
    /// Topics that the kept user is subscribed to because the other one was.
    pub topics: u64,
}

/// What the row of a user says. The address is as it is stored, encrypted or not.
#[derive(Clone, PartialEq, Eq)]
pub struct UserFacts {
    /// Where mails go.
    pub email: Option<String>,
    /// Since when none arrives there.
    pub email_gone_at: Option<DateTime<Utc>>,
    /// Their language.
    pub locale: Option<String>,
    /// Their time zone.
    pub timezone: Option<String>,
    /// A JSON object.
    pub attributes: String,
}

/// Without the facts, which are of a person.
impl fmt::Debug for UserFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserFacts").finish_non_exhaustive()
    }
}

impl UserFacts {
    /// What the kept user of a merge has in the end: what it has, and what it lacks of the other one. Attributes are one fact:
    /// they are taken whole, or not. That no mail arrives is a fact about the address.
    #[must_use]
    pub fn completed_by(self, other: Self) -> Self {
        let (email, email_gone_at) = match self.email {
            Some(_) => (self.email, self.email_gone_at),
            None => (other.email, other.email_gone_at),
        };
        Self {
            email,
            email_gone_at,
            locale: self.locale.or(other.locale),
            timezone: self.timezone.or(other.timezone),
            attributes: match &*self.attributes {
                "{}" => other.attributes,
                _ => self.attributes,
            },
        }
    }
}

/// A merge of two users of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMerge {
    /// Whose users they are.
    pub tenant: TenantId,
    /// The user who is removed at the end.
    pub from: UserId,
    /// The user who is kept.
    pub into: UserId,
    /// How far it is.
    pub stage: MergeStage,
    /// Up to which notification the history has been looked at.
    pub after: Option<NotificationId>,
    /// How many notifications the removed user had at the start.
    pub total: u64,
    /// What was moved.
    pub moved: MergeCounts,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When the kept user was subscribed to the other one's topics.
    pub subscribed_at: Option<DateTime<Utc>>,
    /// When its last step was made.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl UserMerge {
    /// What is younger at the start of a merge may not have been planned yet. It is moved at the end, with the devices.
    const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(1);
    /// How far the clocks of two processes differ at most.
    const SKEW: TimeDelta = TimeDelta::minutes(1);

    /// A merge that begins now.
    pub fn new(
        tenant: TenantId,
        (from, into): (UserId, UserId),
        total: u64,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            tenant,
            from,
            into,
            stage: MergeStage::History,
            after: None,
            total,
            moved: MergeCounts::default(),
            started_at: now,
            subscribed_at: None,
            updated_at: now,
            ended_at: None,
        }
    }

    /// Whether it is not over.
    pub const fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether a notification is moved before the devices and addresses are: only if nothing of it is pending. A delivery
    /// that is pending goes to a device of its user, so both have to change hands in one transaction.
    pub fn is_history(
        &self,
        (created_at, send_at): (DateTime<Utc>, Option<DateTime<Utc>>),
        has_open_delivery: bool,
    ) -> bool {
        let settled_before = self.started_at - Self::SETTLED_AFTER;
        let is_settled = |at: DateTime<Utc>| at < settled_before;
        is_settled(created_at) && send_at.is_none_or(is_settled) && !has_open_delivery
    }

    /// A list of users with the kept one in place of the other, once, and where either was first.
    pub fn renamed<'u>(&'u self, users: &'u [String]) -> Vec<&'u str> {
        let (from, into) = (self.from.as_str(), self.into.as_str());
        let mut renamed = Vec::with_capacity(users.len());
        for user in users {
            let user = if user == from { into } else { user.as_str() };
            if user != into || !renamed.contains(&into) {
                renamed.push(user);
            }
        }
        renamed
    }

    /// Whether the last stage waits for a fan-out that has passed the kept user's place among the subscribers, and not yet
    /// the other one's. It reaches the person under the old id only, if it began before the kept user was subscribed.
    pub fn waits_for(&self, fanout_created_at: DateTime<Utc>, cursor: &str) -> bool {
        let has_passed_kept = self.into.as_str() <= cursor;
        let has_passed_other = self.from.as_str() <= cursor;
        let may_lack_kept = self
            .subscribed_at
            .is_none_or(|at| fanout_created_at <= at + Self::SKEW);
        has_passed_kept && !has_passed_other && may_lack_kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(from: &str, into: &str) -> UserMerge {
        let id = |text| UserId::parse(text).expect("an id");
        let tenant = TenantId::parse("acme").expect("a tenant");
        UserMerge::new(tenant, (id(from), id(into)), 0, Utc::now())
    }

    fn facts(email: Option<&str>, locale: Option<&str>, attributes: &str) -> UserFacts {
        UserFacts {
            email: email.map(str::to_owned),
            email_gone_at: None,
            locale: locale.map(str::to_owned),
            timezone: None,
            attributes: attributes.to_owned(),
        }
    }

    #[test]
    fn the_kept_user_takes_what_it_lacks() {
        let gone = UserFacts {
            email_gone_at: Some(DateTime::UNIX_EPOCH),
            ..facts(Some("other"), Some("de"), r#"{"a":1}"#)
        };
        assert!(facts(None, None, "{}").completed_by(gone.clone()) == gone);
        let own = facts(Some("own"), None, r#"{"b":2}"#);
        let whole = facts(Some("own"), Some("de"), r#"{"b":2}"#);
        assert!(own.completed_by(gone.clone()) == whole, "its address works");
        assert!(gone.clone().completed_by(whole) == gone);
    }

    #[test]
    fn names_of_stages_are_read_back() {
        for stage in MergeStage::ALL {
            assert_eq!(stage.name().parse(), Ok(stage));
        }
        assert!("".parse::<MergeStage>().is_err());
    }

    #[test]
    fn only_what_is_settled_is_history() {
        let merge = merge("a", "b");
        let old = merge.started_at - TimeDelta::hours(1);
        assert!(merge.is_history((old, None), false));
        assert!(merge.is_history((old, Some(old)), false));
        assert!(!merge.is_history((old, None), true), "something is pending");
        assert!(
            !merge.is_history((merge.started_at, None), false),
            "it may not be planned yet"
        );
        let later = merge.started_at + TimeDelta::hours(1);
        assert!(
            !merge.is_history((old, Some(later)), false),
            "it waits for its time"
        );
    }

    #[test]
    fn the_kept_user_is_in_a_list_once() {
        let merge = merge("old", "kept");
        let renamed = |list: &str| {
            let users: Vec<_> = list.split(' ').map(str::to_owned).collect();
            merge.renamed(&users).join(" ")
        };
        for (list, expected) in [
            ("old", "kept"),
            ("a old b", "a kept b"),
            ("old a kept", "kept a"),
            ("kept a old", "kept a"),
            ("a b", "a b"),
        ] {
            assert_eq!(renamed(list), expected, "{list}");
        }
    }

    #[test]
    fn only_a_fanout_between_the_two_is_waited_for() {
        let mut merge = merge("zoe", "ada");
        let began = merge.started_at;
        assert!(merge.waits_for(began, "bob"));
        assert!(merge.waits_for(began, "ada"), "ada had her turn");
        assert!(!merge.waits_for(began, "aaa"), "ada has her turn to come");
        assert!(!merge.waits_for(began, "zoe"), "zoe had her turn");
        merge.subscribed_at = Some(began - TimeDelta::hours(1));
        assert!(!merge.waits_for(began, "bob"), "it began with both");
        let other_way = self::merge("ada", "zoe");
        assert!(!other_way.waits_for(began, "bob"), "zoe's turn is to come");
    }
}
