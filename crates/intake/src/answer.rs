//! The answer to an accepted request, and what of it is kept for its repetition.
//!
//! Only the ids are kept: the recipients come with the repetition, whose fingerprint says that it is the
//! same request. So an erased person does not stand in the rows of idempotency keys (ADR 0044).

use campanile_domain::{NotificationId, UserId};
use serde::Serialize;
use uuid::Uuid;

use crate::IntakeError;

#[derive(Serialize)]
struct Accepted<'a> {
    accepted: usize,
    notifications: Vec<AcceptedNotification<'a>>,
}

#[derive(Serialize)]
struct AcceptedNotification<'a> {
    id: NotificationId,
    user_id: &'a str,
}

/// The body of the answer; one id for each recipient, in their order.
pub(crate) fn body(recipients: &[UserId], ids: &[NotificationId]) -> String {
    let notifications = recipients.iter().zip(ids).map(|(user, id)| {
        let user_id = user.as_str();
        AcceptedNotification { id: *id, user_id }
    });
    let answer = Accepted {
        accepted: ids.len(),
        notifications: notifications.collect(),
    };
    serde_json::to_string(&answer).expect("names and ids always serialise")
}

/// What is kept of it.
pub(crate) fn kept(ids: &[NotificationId]) -> String {
    serde_json::to_string(ids).expect("ids always serialise")
}

/// The body again, of what was kept, for the same recipients.
pub(crate) fn repeated(kept: &str, recipients: &[UserId]) -> Result<String, IntakeError> {
    let unreadable =
        || IntakeError::Internal("a stored idempotent answer cannot be decoded".into());
    let ids: Vec<Uuid> = serde_json::from_str(kept).map_err(|_| unreadable())?;
    if ids.len() != recipients.len() {
        return Err(unreadable());
    }
    let ids: Vec<_> = ids.into_iter().map(NotificationId).collect();
    Ok(body(recipients, &ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_names_nobody_and_gives_the_same_answer() {
        let users = ["zoe", "adam"].map(|name| UserId::parse(name).expect("a name"));
        let ids = [1, 2].map(|n| NotificationId(Uuid::from_u128(n)));
        let (first, kept) = (body(&users, &ids), kept(&ids));
        assert!(!kept.contains("zoe") && !kept.contains("adam"), "{kept}");
        assert_eq!(repeated(&kept, &users), Ok(first));
        assert!(repeated(&kept, &users[..1]).is_err());
        assert!(repeated("{}", &users).is_err());
    }
}
