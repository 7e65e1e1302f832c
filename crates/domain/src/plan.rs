//! Who hears what, by which way: a pure function that relay, dry runs and tests share.

use chrono::{DateTime, Utc};

use crate::{Channel, DeliveryId, DeliveryState, Notification, Ways};

/// The addresses of one user, by channel.
pub type Addresses = [(Channel, String)];

/// The plan for one notification. The inbox needs no delivery: its row is the notification.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What is to be done, and what is not and why.
    pub deliveries: Vec<PlannedDelivery>,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedDelivery {
    /// A function of notification, channel and address.
    pub id: DeliveryId,
    /// Through which channel.
    pub channel: Channel,
    /// To which address; empty where there is none.
    pub address: String,
    /// `Queued`, or the final state that it starts and ends in.
    pub state: DeliveryState,
    /// Why it is not queued, as a code.
    pub reason: Option<&'static str>,
}

/// Plans one notification for a user with these addresses.
///
/// A channel that was asked for by name and has no address is `suppressed: no_address`; one that
/// was not asked for and has none does not appear.
pub fn plan(
    notification: &Notification,
    ways: &Ways,
    addresses: &Addresses,
    now: DateTime<Utc>,
) -> Plan {
    let late = notification
        .expires_at
        .is_some_and(|deadline| deadline <= now);
    let line = |channel: Channel, address: &str, state, reason| PlannedDelivery {
        id: DeliveryId::of(notification.id, channel, address),
        channel,
        address: address.to_owned(),
        state,
        reason,
    };
    let to = |channel: Channel, address: &str| {
        if late {
            let reason = Some("deadline_passed");
            line(channel, address, DeliveryState::Expired, reason)
        } else {
            line(channel, address, DeliveryState::Queued, None)
        }
    };
    let mut deliveries = Vec::new();
    let asked = notification.channels.as_deref();
    for channel in asked.unwrap_or(&Channel::ALL).iter().copied() {
        if channel == Channel::InApp {
            continue;
        }
        let before = deliveries.len();
        let own = ways.addresses(&notification.tenant, channel);
        deliveries.extend(own.map(|address| to(channel, address)));
        if ways.serves_users(&notification.tenant, channel) {
            let theirs = addresses.iter().filter(|(by, _)| *by == channel);
            deliveries.extend(theirs.map(|(_, address)| to(channel, address)));
        }
        if asked.is_some() && deliveries.len() == before {
            let reason = Some("no_address");
            deliveries.push(line(channel, "", DeliveryState::Suppressed, reason));
        }
    }
    Plan { deliveries }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NotificationId, NotificationType, Priority, TenantId, UserId, Withdrawal};

    fn notification(channels: Option<Vec<Channel>>) -> Notification {
        let now = Utc::now();
        Notification {
            id: NotificationId::at(now),
            tenant: TenantId::parse("acme").expect("valid"),
            user_id: UserId::parse("u1").expect("valid"),
            notification_type: NotificationType::parse("t").expect("valid"),
            priority: Priority::Normal,
            title: None,
            body: None,
            content: "{}".into(),
            channels,
            send_at: None,
            expires_at: None,
            collapse_key: None,
            correlation_id: String::new(),
            created_at: now,
        }
    }

    fn ways() -> Ways {
        let mut ways = Ways::default();
        ways.add(
            TenantId::parse("acme").expect("valid"),
            Channel::Webhook,
            "https://a/".into(),
        );
        ways
    }

    #[test]
    fn without_a_wish_every_configured_channel_is_taken_and_no_other_is_mentioned() {
        let plan = plan(&notification(None), &ways(), &[], Utc::now());
        assert_eq!(plan.deliveries.len(), 1);
        assert_eq!(plan.deliveries[0].channel, Channel::Webhook);
        assert_eq!(plan.deliveries[0].state, DeliveryState::Queued);
    }

    #[test]
    fn a_channel_asked_for_without_an_address_says_why_it_is_silent() {
        let asked = notification(Some(vec![Channel::InApp, Channel::Push]));
        let plan = plan(&asked, &ways(), &[], Utc::now());
        assert_eq!(plan.deliveries.len(), 1);
        assert_eq!(plan.deliveries[0].reason, Some("no_address"));
    }

    #[test]
    fn a_users_own_addresses_are_taken_where_the_tenant_has_an_account() {
        let book = [
            (Channel::Push, "token:a".to_owned()),
            (Channel::Push, "token:b".to_owned()),
            (Channel::Email, "u1@example.com".to_owned()),
        ];
        let mut ways = ways();
        ways.add_for_users(TenantId::parse("acme").expect("valid"), Channel::Push);
        let lines = plan(&notification(None), &ways, &book, Utc::now()).deliveries;
        let addresses: Vec<_> = lines.iter().map(|line| line.address.as_str()).collect();
        assert_eq!(addresses, ["token:a", "token:b", "https://a/"]);
    }

    #[test]
    fn what_the_user_is_done_with_is_cancelled_and_the_rest_keeps_its_reason() {
        let asked = notification(Some(vec![Channel::Webhook, Channel::Push]));
        let planned = plan(&asked, &ways(), &[], Utc::now());
        assert_eq!(planned.clone().withdrawn(None), planned);
        let lines = planned.withdrawn(Some(Withdrawal::Read)).deliveries;
        let told: Vec<_> = lines.iter().map(|line| (line.state, line.reason)).collect();
        assert_eq!(
            told,
            [
                (DeliveryState::Cancelled, Some("read")),
                (DeliveryState::Suppressed, Some("no_address")),
            ]
        );
    }

    #[test]
    fn another_tenants_way_is_never_taken() {
        let mut foreign = notification(None);
        foreign.tenant = TenantId::parse("other").expect("valid");
        assert_eq!(plan(&foreign, &ways(), &[], Utc::now()), Plan::default());
    }

    #[test]
    fn past_its_deadline_it_is_expired_and_a_repeated_plan_is_the_same() {
        let mut late = notification(None);
        late.expires_at = Some(late.created_at);
        let now = late.created_at;
        assert_eq!(
            plan(&late, &ways(), &[], now).deliveries[0].state,
            DeliveryState::Expired
        );
        assert_eq!(
            plan(&late, &ways(), &[], now),
            plan(&late, &ways(), &[], now)
        );
    }
}
