//! Which dead letters a replay or a purge is about.

use campanile_domain::DeliveryId;
use campanile_storage::DeadLetterFilter;
use chrono::{DateTime, Utc};

/// Which dead letters are meant. It has no default: a caller that names none has not chosen all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These, whenever they died.
    Named(Vec<DeliveryId>),
    /// Those that match the filter, which names no ids.
    Matching(DeadLetterFilter),
    /// All of the tenant's.
    All,
}

impl Choice {
    /// What to look for, asked at `now`.
    ///
    /// A choice without an end ends at `now`: what is replayed and dies again must not be replayed by
    /// the same request, and what dies meanwhile was not meant.
    pub fn at(self, now: DateTime<Utc>) -> DeadLetterFilter {
        let filter = match self {
            Self::Named(ids) => {
                return DeadLetterFilter {
                    ids: Some(ids),
                    ..DeadLetterFilter::default()
                };
            }
            Self::Matching(filter) => filter,
            Self::All => DeadLetterFilter::default(),
        };
        DeadLetterFilter {
            to: filter.to.or(Some(now)),
            ..filter
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::Channel;
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn a_choice_without_an_end_ends_now() {
        let until_now = DeadLetterFilter {
            to: Some(now()),
            ..DeadLetterFilter::default()
        };
        assert_eq!(Choice::All.at(now()), until_now);
        let push = DeadLetterFilter {
            channel: Some(Channel::Push),
            ..DeadLetterFilter::default()
        };
        assert_eq!(Choice::Matching(push.clone()).at(now()).to, Some(now()));
        let end = now() - TimeDelta::days(7);
        let ended = DeadLetterFilter {
            to: Some(end),
            ..push
        };
        assert_eq!(Choice::Matching(ended).at(now()).to, Some(end));
    }

    #[test]
    fn named_ones_are_taken_whenever_they_died() {
        let ids = vec![
            DeliveryId(Uuid::from_u128(1)),
            DeliveryId(Uuid::from_u128(2)),
        ];
        let filter = Choice::Named(ids.clone()).at(now());
        assert_eq!((filter.ids, filter.to), (Some(ids), None));
    }
}
