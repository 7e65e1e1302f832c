//! A user wants no more mails, of one type or at all.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{Channel, NotificationType, Preferences, TenantId, UserId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use crate::preferences::reschedule_user;

/// Switches mails off for a user, as one of their preferences: mails of a type, or all with `None`. Mails that wait for
/// quiet hours are decided on again. A user who has as many switches as there may be gets all mails switched off. The user
/// need not have been created.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn unsubscribe<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    notification_type: Option<&NotificationType>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let switch = SwitchOff {
        tenant: tenant.clone(),
        user: user.clone(),
        notification_type: notification_type.cloned(),
        now,
    };
    transact(storage, Scope::caller(tenant), switch).await
}

struct SwitchOff {
    tenant: TenantId,
    user: UserId,
    notification_type: Option<NotificationType>,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for SwitchOff {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let (tenant, user, now) = (&self.tenant, &self.user, self.now);
        tx.lock_choices(tenant).await?;
        let found = tx.choices(&BTreeSet::from([(tenant, user)])).await?;
        let own = found.people.get(&(tenant.clone(), user.clone()));
        let own = own.map(|own| own.as_ref().clone()).unwrap_or_default();
        let choices = without_mails(own, self.notification_type.as_ref());
        if tx.put_choices(tenant, user, &choices, now).await? {
            reschedule_user(tx, tenant, user, now).await?;
        }
        Ok(())
    }
}

fn without_mails(own: Preferences, of: Option<&NotificationType>) -> Preferences {
    let all_off = Preferences {
        email_notifications: Some(false),
        ..own.clone()
    };
    let Some(of) = of else { return all_off };
    let mut one_off = own;
    let switches = one_off.channels.entry(of.clone()).or_default();
    switches.insert(Channel::Email, false);
    let fits = one_off.channels.len() <= Preferences::MAX_TYPES
        && one_off.to_stored().to_string().len() <= Preferences::MAX_BYTES;
    if fits { one_off } else { all_off }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(number: usize) -> NotificationType {
        NotificationType::parse(&format!("news{number}")).expect("a type")
    }

    #[test]
    fn other_choices_stay() {
        let own = Preferences {
            push_notifications: Some(false),
            channels: [(news(1), [(Channel::Push, false)].into())].into(),
            ..Preferences::default()
        };
        let one = without_mails(own.clone(), Some(&news(1)));
        let switches = [(Channel::Push, false), (Channel::Email, false)];
        assert_eq!(one.channels, [(news(1), switches.into())].into());
        assert_eq!(one.push_notifications, Some(false));
        assert_eq!(one.email_notifications, None);
        let all = without_mails(own.clone(), None);
        assert_eq!(all.email_notifications, Some(false));
        assert_eq!(all.channels, own.channels);
    }

    #[test]
    fn without_room_for_another_switch_all_mails_are_off() {
        let types = (0..Preferences::MAX_TYPES).map(news);
        let own = Preferences {
            channels: types
                .map(|of| (of, [(Channel::Push, true)].into()))
                .collect(),
            ..Preferences::default()
        };
        let known = without_mails(own.clone(), Some(&news(3)));
        assert_eq!(known.email_notifications, None);
        let more = without_mails(own.clone(), Some(&news(Preferences::MAX_TYPES)));
        assert_eq!(more.email_notifications, Some(false));
        assert_eq!(more.channels, own.channels);
    }
}
