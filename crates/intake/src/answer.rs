//! The answer to an accepted request, and its repetition from what its idempotency key keeps.
//!
//! Only ids are kept: the recipients come with the repetition, whose fingerprint says that it is the
//! same request. So an erased person does not stand in the rows of idempotency keys (ADR 0044).

use campanile_domain::{FanoutId, NotificationId, UserId};
use campanile_storage::KeptAnswer;

use crate::IntakeError;

/// An accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent<A> {
    /// What was accepted.
    pub answer: A,
    /// Whether it repeats an earlier answer.
    pub replayed: bool,
}

/// What was accepted for recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentToUsers {
    /// One notification for each recipient, in the order of the request.
    pub notifications: Vec<(NotificationId, UserId)>,
}

/// What was accepted for the subscribers of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentToTopic {
    /// Id of its fan-out.
    pub fanout_id: FanoutId,
    /// How many were subscribed when it was accepted.
    pub subscribers: u64,
}

impl SentToUsers {
    /// One id for each recipient.
    pub(crate) fn new(
        ids: impl IntoIterator<Item = NotificationId>,
        recipients: Vec<UserId>,
    ) -> Self {
        Self {
            notifications: ids.into_iter().zip(recipients).collect(),
        }
    }
}

/// The first answer again, for the same recipients.
pub(crate) fn repeated(
    kept: KeptAnswer,
    recipients: Vec<UserId>,
) -> Result<Sent<SentToUsers>, IntakeError> {
    match kept {
        KeptAnswer::Notifications(ids) if ids.len() == recipients.len() => Ok(Sent {
            answer: SentToUsers::new(ids, recipients),
            replayed: true,
        }),
        other => Err(another(&other)),
    }
}

/// The first answer to a send to a topic again.
pub(crate) fn repeated_to_topic(kept: KeptAnswer) -> Result<Sent<SentToTopic>, IntakeError> {
    match kept {
        KeptAnswer::Fanout { id, subscribers } => Ok(Sent {
            answer: SentToTopic {
                fanout_id: id,
                subscribers,
            },
            replayed: true,
        }),
        other @ KeptAnswer::Notifications(_) => Err(another(&other)),
    }
}

/// The fingerprint matched, so this is an internal error.
fn another(kept: &KeptAnswer) -> IntakeError {
    IntakeError::Internal(format!(
        "a kept answer is that of another request: {kept:?}"
    ))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_kept_gives_the_same_answer_to_the_same_recipients() {
        let users = ["zoe", "adam"].map(|name| UserId::parse(name).expect("a name"));
        let ids = [1, 2].map(|n| NotificationId(Uuid::from_u128(n)));
        let kept = KeptAnswer::Notifications(ids.to_vec());
        let again = repeated(kept.clone(), users.to_vec()).expect("the same request");
        assert_eq!(again.answer, SentToUsers::new(ids, users.to_vec()));
        assert!(again.replayed);
        assert!(repeated(kept.clone(), users[..1].to_vec()).is_err());
        assert!(repeated_to_topic(kept).is_err());
        let fanout = KeptAnswer::Fanout {
            id: FanoutId(Uuid::from_u128(3)),
            subscribers: 7,
        };
        assert!(repeated(fanout.clone(), users.to_vec()).is_err());
        let again = repeated_to_topic(fanout).expect("the same request");
        assert_eq!(again.answer.subscribers, 7);
    }
}
