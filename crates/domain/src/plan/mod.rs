//! Decides which deliveries a notification gets and when: a pure function that the relay, dry runs, `next-delivery`
//! and the tests share.

mod verdict;

use chrono::{DateTime, Utc};

use crate::{
    ADDRESS_SUPPRESSED, Channel, DeliveryId, DeliveryState, EffectivePreferences, Notification,
    NotificationId, NotificationType, Routes,
};

pub use verdict::{Occasion, Verdict};

/// Why a channel that was asked for is silent: its user has no address for it.
pub const NO_ADDRESS: &str = "no_address";
/// Why a channel is silent, or one of its addresses is left out: the user has an encrypted address for it whose key is gone.
pub const ADDRESS_UNREADABLE: &str = "address_unreadable";
/// Why a channel that was asked for is silent: the tenant has no account for it. Deliveries that were
/// planned while there was one wait with the same reason.
pub const NO_ACCOUNT: &str = "no_account";
/// Why a channel is silent, or why its delivery ended: the installation no longer serves it, since its recipe was removed.
pub const NOT_SERVED: &str = "channel_not_served";
/// Why a delivery was added later and is looked at once more: it takes the place of one whose address
/// was lost.
pub const READDRESSED: &str = "readdressed";

/// The addresses of one user, by channel.
pub type Addresses = [(Channel, String)];

/// An address of a user that is on the tenant's suppression list; of which type, if only of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedFor {
    /// The channel.
    pub channel: Channel,
    /// The address as the user has it.
    pub address: String,
    /// Only notifications of this type; `None`: all.
    pub notification_type: Option<NotificationType>,
}

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInputs<'a> {
    /// The notification to plan.
    pub notification: &'a Notification,
    /// The routes of each tenant.
    pub routes: &'a Routes,
    /// The addresses of its user.
    pub addresses: &'a Addresses,
    /// Those of its user's addresses that are on the suppression list.
    pub suppressed: &'a [SuppressedFor],
    /// Channels for which its user has an address that cannot be read.
    pub unreadable: &'a [Channel],
    /// The effective preferences of its user.
    pub preferences: &'a EffectivePreferences,
    /// Whether its user has a live stream open.
    pub is_active: bool,
    /// The moment of the plan.
    pub now: DateTime<Utc>,
}

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
    /// `Queued`, `Deferred`, or the final state that it starts and ends in.
    pub state: DeliveryState,
    /// Why it is not queued, as a code.
    pub reason: Option<&'static str>,
    /// When it is looked at again, if it is deferred.
    pub until: Option<DateTime<Utc>>,
}

/// Plans one notification.
///
/// A channel that was requested by name but cannot be used is suppressed, as [`NO_ACCOUNT`] or [`NO_ADDRESS`]; one
/// that was not requested and cannot be used does not appear. One that is no longer served is suppressed as
/// [`NOT_SERVED`]. Addresses of a channel that cannot be read are one suppressed delivery, as [`ADDRESS_UNREADABLE`], whatever was
/// requested: the other addresses and channels deliver. A channel that its user has switched off is one suppressed delivery, whatever the number of addresses.
pub fn plan(inputs: &PlanInputs<'_>) -> Plan {
    let notification = inputs.notification;
    let mut deliveries = Vec::new();
    let asked = notification.channels.as_deref();
    let all: Vec<Channel>;
    let channels = match asked {
        Some(asked) => asked,
        None => {
            all = Channel::all().collect();
            &all
        }
    };
    for channel in channels.iter().copied() {
        if channel == Channel::InApp {
            continue;
        }
        let line = |address: &str, (state, reason, until)| PlannedDelivery {
            id: DeliveryId::of(notification.id, channel, address),
            channel,
            address: address.to_owned(),
            state,
            reason,
            until,
        };
        if !channel.is_served() {
            deliveries.push(line(
                "",
                (DeliveryState::Suppressed, Some(NOT_SERVED), None),
            ));
            continue;
        }
        let mut addresses = inputs.addresses_of(channel).peekable();
        let is_unreadable = inputs.has_unreadable(channel);
        if addresses.peek().is_none() && !is_unreadable {
            if asked.is_some() {
                let has_account = inputs.routes.has(&notification.tenant, channel);
                let reason = if has_account { NO_ADDRESS } else { NO_ACCOUNT };
                deliveries.push(line("", (DeliveryState::Suppressed, Some(reason), None)));
            }
            continue;
        }
        let verdict = Verdict::of(
            Occasion {
                // A stream shows what the inbox shows.
                is_seen_live: inputs.is_active && notification.in_inbox(),
                ..Occasion::of(notification)
            },
            channel,
            inputs.preferences,
            None,
            inputs.now,
        );
        if let Verdict::Unwanted(_) = verdict {
            deliveries.push(line("", verdict.recorded_as()));
        } else {
            if is_unreadable {
                let suppressed = (DeliveryState::Suppressed, Some(ADDRESS_UNREADABLE), None);
                deliveries.push(line("", suppressed));
            }
            deliveries.extend(addresses.map(|address| {
                let suppressed = (DeliveryState::Suppressed, Some(ADDRESS_SUPPRESSED), None);
                match inputs.is_suppressed(channel, address) {
                    true => line(address, suppressed),
                    false => line(address, verdict.recorded_as()),
                }
            }));
        }
    }
    Plan { deliveries }
}

/// The lines that take the place of one whose address was lost: one for each address of the channel that
/// its user has now, to be decided on like everything that falls due. An address that has a delivery
/// already gets no second one, since the ids are the same.
pub fn readdress(
    notification: NotificationId,
    channel: Channel,
    addresses: &Addresses,
    now: DateTime<Utc>,
) -> impl Iterator<Item = PlannedDelivery> {
    let theirs = addresses.iter().filter(move |(by, _)| *by == channel);
    theirs.map(move |(_, address)| PlannedDelivery {
        id: DeliveryId::of(notification, channel, address),
        channel,
        address: address.clone(),
        state: DeliveryState::Deferred,
        reason: Some(READDRESSED),
        until: Some(now),
    })
}

impl<'a> PlanInputs<'a> {
    /// Whether an address is on the suppression list for the type of the notification.
    fn is_suppressed(&self, channel: Channel, address: &str) -> bool {
        let of = &self.notification.notification_type;
        self.suppressed.iter().any(|one| {
            let is_meant = one.notification_type.as_ref().is_none_or(|only| only == of);
            is_meant && one.channel == channel && one.address == address
        })
    }

    /// Whether the user has an address for a channel that cannot be read, and the tenant an account that would use it.
    fn has_unreadable(&self, channel: Channel) -> bool {
        let tenant = &self.notification.tenant;
        self.unreadable.contains(&channel) && self.routes.serves_users(tenant, channel)
    }

    /// The tenant's own, and those of the user where the tenant has an account for them.
    fn addresses_of(&self, channel: Channel) -> impl Iterator<Item = &'a str> + use<'a> {
        let tenant = &self.notification.tenant;
        let serves_users = self.routes.serves_users(tenant, channel);
        let theirs = self.addresses.iter();
        let theirs = theirs.filter(move |(by, _)| serves_users && *by == channel);
        self.routes
            .addresses(tenant, channel)
            .chain(theirs.map(|(_, address)| address.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NotificationType, Priority, TenantId, UserId, Withdrawal};

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
            item: Default::default(),
            correlation_id: String::new(),
            created_at: now,
        }
    }

    /// The planned deliveries of a user without preferences.
    fn planned(
        notification: &Notification,
        routes: &Routes,
        addresses: &Addresses,
        now: DateTime<Utc>,
    ) -> Plan {
        plan(&PlanInputs {
            notification,
            routes,
            addresses,
            suppressed: &[],
            unreadable: &[],
            preferences: &EffectivePreferences::default(),
            is_active: false,
            now,
        })
    }

    fn routes() -> Routes {
        let mut routes = Routes::default();
        routes.add(
            TenantId::parse("acme").expect("valid"),
            Channel::Webhook,
            "https://a/".into(),
        );
        routes
    }

    #[test]
    fn without_a_wish_every_configured_channel_is_taken_and_no_other_is_mentioned() {
        let plan = planned(&notification(None), &routes(), &[], Utc::now());
        assert_eq!(plan.deliveries.len(), 1);
        assert_eq!(plan.deliveries[0].channel, Channel::Webhook);
        assert_eq!(plan.deliveries[0].state, DeliveryState::Queued);
    }

    #[test]
    fn an_address_that_cannot_be_read_holds_up_no_other() {
        let one = notification(None);
        let mut routes = routes();
        for channel in [Channel::Push, Channel::Email] {
            routes.add_for_users(one.tenant.clone(), channel);
        }
        let plan = plan(&PlanInputs {
            notification: &one,
            routes: &routes,
            addresses: &[(Channel::Push, "token:a".to_owned())],
            suppressed: &[],
            unreadable: &[Channel::Push, Channel::Email, Channel::Slack],
            preferences: &EffectivePreferences::default(),
            is_active: false,
            now: Utc::now(),
        });
        let unreadable = Some(ADDRESS_UNREADABLE);
        let mut found = summary(&plan.deliveries);
        found.sort_unstable();
        let expected = [
            ("email", "suppressed", unreadable),
            ("push", "queued", None),
            ("push", "suppressed", unreadable),
            ("webhook", "queued", None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_channel_asked_for_without_an_address_says_why_it_is_silent() {
        let asked = notification(Some(vec![Channel::InApp, Channel::Push, Channel::Email]));
        let mut routes = routes();
        routes.add_for_users(asked.tenant.clone(), Channel::Push);
        let lines = planned(&asked, &routes, &[], Utc::now()).deliveries;
        let expected = [
            ("push", "suppressed", Some("no_address")),
            ("email", "suppressed", Some("no_account")),
        ];
        assert_eq!(summary(&lines), expected);
    }

    #[test]
    fn a_users_own_addresses_are_taken_where_the_tenant_has_an_account() {
        let book = [
            (Channel::Push, "token:a".to_owned()),
            (Channel::Push, "token:b".to_owned()),
            (Channel::Email, "u1@example.com".to_owned()),
        ];
        let mut routes = routes();
        routes.add_for_users(TenantId::parse("acme").expect("valid"), Channel::Push);
        let lines = planned(&notification(None), &routes, &book, Utc::now()).deliveries;
        let addresses: Vec<_> = lines.iter().map(|line| line.address.as_str()).collect();
        assert_eq!(addresses, ["token:a", "token:b", "https://a/"]);
    }

    #[test]
    fn what_the_user_is_done_with_is_cancelled_and_the_rest_keeps_its_reason() {
        let asked = notification(Some(vec![Channel::Webhook, Channel::Push]));
        let plan = planned(&asked, &routes(), &[], Utc::now());
        assert_eq!(plan.clone().withdrawn(None), plan);
        let lines = plan.withdrawn(Some(Withdrawal::Read)).deliveries;
        let summary: Vec<_> = lines.iter().map(|line| (line.state, line.reason)).collect();
        assert_eq!(
            summary,
            [
                (DeliveryState::Cancelled, Some("read")),
                (DeliveryState::Suppressed, Some("no_account")),
            ]
        );
    }

    #[test]
    fn an_address_on_the_list_is_suppressed_for_its_type() {
        let book = [(Channel::Email, "u1@example.com".to_owned())];
        let mut routes = Routes::default();
        routes.add_for_users(TenantId::parse("acme").expect("valid"), Channel::Email);
        for (only, expected) in [
            (None, ("email", "suppressed", Some("address_suppressed"))),
            (
                Some("t"),
                ("email", "suppressed", Some("address_suppressed")),
            ),
            (Some("other"), ("email", "queued", None)),
        ] {
            let listed = [SuppressedFor {
                channel: Channel::Email,
                address: book[0].1.clone(),
                notification_type: only.and_then(|only| NotificationType::parse(only).ok()),
            }];
            let plan = plan(&PlanInputs {
                notification: &notification(None),
                routes: &routes,
                addresses: &book,
                suppressed: &listed,
                unreadable: &[],
                preferences: &EffectivePreferences::default(),
                is_active: false,
                now: Utc::now(),
            });
            assert_eq!(summary(&plan.deliveries), [expected], "{only:?}");
        }
    }

    #[test]
    fn a_channel_that_is_no_longer_served_gets_nothing() {
        let gone = Channel::stored("gone_since").expect("a name");
        let asked = notification(Some(vec![gone, Channel::Webhook]));
        let mut routes = routes();
        routes.add(asked.tenant.clone(), gone, "gone_since".into());
        let lines = planned(&asked, &routes, &[], Utc::now()).deliveries;
        let expected = [
            ("gone_since", "suppressed", Some(NOT_SERVED)),
            ("webhook", "queued", None),
        ];
        assert_eq!(summary(&lines), expected);
    }

    #[test]
    fn another_tenants_way_is_never_taken() {
        let mut foreign = notification(None);
        foreign.tenant = TenantId::parse("other").expect("valid");
        assert_eq!(
            planned(&foreign, &routes(), &[], Utc::now()),
            Plan::default()
        );
    }

    #[test]
    fn past_its_deadline_it_is_expired_under_the_ids_of_an_earlier_plan() {
        let mut late = notification(None);
        let now = late.created_at;
        late.expires_at = Some(now);
        let lines = planned(&late, &routes(), &[], now).deliveries;
        assert_eq!(
            summary(&lines),
            [("webhook", "expired", Some("deadline_passed"))]
        );
        let early = now - chrono::TimeDelta::seconds(1);
        let before = planned(&late, &routes(), &[], early).deliveries;
        assert_eq!(summary(&before), [("webhook", "queued", None)]);
        assert_eq!(before[0].id, lines[0].id);
        let webhook = DeliveryId::of(late.id, Channel::Webhook, "https://a/");
        assert_eq!(lines[0].id, webhook);
    }

    fn at_midnight(own: crate::Preferences, asked: &Notification) -> Vec<PlannedDelivery> {
        at_midnight_of(own, asked, false)
    }

    fn at_midnight_of(
        own: crate::Preferences,
        asked: &Notification,
        is_active: bool,
    ) -> Vec<PlannedDelivery> {
        let mut routes = routes();
        for channel in [Channel::Push, Channel::Email] {
            routes.add_for_users(asked.tenant.clone(), channel);
        }
        let book = [
            (Channel::Push, "token:a".to_owned()),
            (Channel::Push, "token:b".to_owned()),
            (Channel::Email, "u1@example.com".to_owned()),
        ];
        let inputs = PlanInputs {
            notification: asked,
            routes: &routes,
            addresses: &book,
            suppressed: &[],
            unreadable: &[],
            preferences: &EffectivePreferences::new(None, Some(own.into())),
            is_active,
            now: "2026-06-01T00:00:00Z".parse().expect("a moment"),
        };
        plan(&inputs).deliveries
    }

    fn summary(lines: &[PlannedDelivery]) -> Vec<(&str, &str, Option<&str>)> {
        let summary =
            |line: &PlannedDelivery| (line.channel.name(), line.state.name(), line.reason);
        lines.iter().map(summary).collect()
    }

    fn night() -> crate::Preferences {
        let time = |text: &str| text.parse().expect("a time of day");
        let hours = crate::QuietHours::new(true, time("22:00"), time("08:00"), None);
        crate::Preferences {
            quiet_hours: Some(hours.expect("a window")),
            ..crate::Preferences::default()
        }
    }

    #[test]
    fn at_night_what_disturbs_waits_and_the_rest_leaves() {
        let lines = at_midnight(night(), &notification(None));
        let waits = |channel| (channel, "deferred", Some("quiet_hours"));
        let expected = [
            waits("push"),
            waits("push"),
            waits("email"),
            ("webhook", "queued", None),
        ];
        assert_eq!(summary(&lines), expected);
        let morning = Some("2026-06-01T08:00:00Z".parse().expect("a moment"));
        assert!(lines[..3].iter().all(|line| line.until == morning));
        let mut urgent = notification(None);
        urgent.priority = Priority::Critical;
        let lines = at_midnight(night(), &urgent);
        assert!(lines.iter().all(|line| line.state == DeliveryState::Queued));
    }

    #[test]
    fn a_deadline_in_the_night_is_looked_at_on_time() {
        let mut short = notification(Some(vec![Channel::Email]));
        short.expires_at = Some("2026-06-01T03:00:00Z".parse().expect("a moment"));
        let lines = at_midnight(night(), &short);
        assert_eq!(
            summary(&lines),
            [("email", "deferred", Some("quiet_hours"))]
        );
        assert_eq!(lines[0].until, short.expires_at);
    }

    #[test]
    fn what_is_switched_off_is_one_line_and_never_waits() {
        let own = crate::Preferences {
            push_notifications: Some(false),
            ..night()
        };
        let lines = at_midnight(
            own,
            &notification(Some(vec![Channel::Push, Channel::Slack])),
        );
        let expected = [
            ("push", "suppressed", Some("channel_off")),
            ("slack", "suppressed", Some("no_account")),
        ];
        assert_eq!(summary(&lines), expected);
        assert!(
            lines
                .iter()
                .all(|line| line.address.is_empty() && line.until.is_none())
        );
    }

    #[test]
    fn a_user_who_is_looking_gets_no_push_where_that_is_chosen() {
        let chosen = || crate::Preferences {
            push_while_active: Some(false),
            ..crate::Preferences::default()
        };
        let any = notification(None);
        let lines = at_midnight_of(chosen(), &any, true);
        let expected = [
            ("push", "suppressed", Some("user_is_active")),
            ("email", "queued", None),
            ("webhook", "queued", None),
        ];
        assert_eq!(summary(&lines), expected);
        let mut urgent = notification(None);
        urgent.priority = Priority::Critical;
        // Where the inbox does not show it, the stream does not either.
        let push_only = notification(Some(vec![Channel::Push]));
        for (own, asked, is_active) in [
            (chosen(), &any, false),
            (chosen(), &urgent, true),
            (chosen(), &push_only, true),
            (crate::Preferences::default(), &any, true),
        ] {
            let lines = at_midnight_of(own, asked, is_active);
            assert!(lines.iter().all(|line| line.state == DeliveryState::Queued));
        }
    }

    #[test]
    fn what_waits_for_the_morning_is_cancelled_once_it_is_read() {
        let asked = notification(Some(vec![Channel::Email]));
        let plan = Plan {
            deliveries: at_midnight(night(), &asked),
        };
        let lines = plan.withdrawn(Some(Withdrawal::Read)).deliveries;
        assert_eq!(summary(&lines), [("email", "cancelled", Some("read"))]);
        assert_eq!(lines[0].until, None);
    }
}
