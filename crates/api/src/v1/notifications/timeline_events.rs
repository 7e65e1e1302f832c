//! The events of a notification's timeline in chronological order, derived from its rows.

use campanile_domain::{Channel, Delivery, InboxMarks, Notification, Reaction, ReactionKind};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TimelineEvent)]
pub(super) struct Event {
    /// When it happened.
    at: DateTime<Utc>,
    /// What happened: `accepted`, `planned`, `deferred`, `attempt`, the final status of a delivery, an action of the
    /// user (`seen`, `read`, `archived`, and `opened` or `clicked` of a mail), `cancelled` by the sender, or `warning`: the content violates the schema of its
    /// type.
    #[schema(example = "attempt")]
    what: String,
    /// Short explanation.
    #[schema(example = "webhook: attempt 1, retry 503")]
    why: Option<String>,
}

impl Event {
    fn new(at: DateTime<Utc>, what: &str, why: Option<String>) -> Self {
        Self {
            at,
            what: what.to_owned(),
            why,
        }
    }
}

/// That the content violates the schema of its type.
pub(super) fn warning(at: DateTime<Utc>, why: String) -> Event {
    Event::new(at, "warning", Some(why))
}

/// Derives the events.
pub(super) fn events(
    notification: &Notification,
    marks: InboxMarks,
    cancelled_at: Option<DateTime<Utc>>,
    deliveries: &[Delivery],
    now: DateTime<Utc>,
) -> Vec<Event> {
    let priority = notification.priority.name();
    let mut story = vec![Event::new(
        notification.created_at,
        "accepted",
        Some(format!("priority {priority}")),
    )];
    let shown_at = notification.send_at.unwrap_or(notification.created_at);
    let is_never_shown = notification.is_never_shown(cancelled_at);
    if notification.in_inbox() && shown_at <= now && !is_never_shown {
        // A `send_at` in the past means at once.
        let at = shown_at.max(notification.created_at);
        let why = format!("{}: shown in the inbox", Channel::InApp);
        story.push(Event::new(at, "sent", Some(why)));
    }
    if let Some(at) = deliveries.iter().map(|d| d.created_at).min() {
        let names: Vec<_> = deliveries.iter().map(|d| d.channel.name()).collect();
        story.push(Event::new(at, "planned", Some(names.join(", "))));
    }
    for (at, what, who) in [
        (marks.seen_at, "seen", "by the user"),
        (marks.read_at, "read", "by the user"),
        (marks.archived_at, "archived", "by the user"),
        (cancelled_at, "cancelled", "by its sender"),
    ] {
        let why = || Some(who.to_owned());
        story.extend(at.map(|at| Event::new(at, what, why())));
    }
    for delivery in deliveries {
        story.extend(of_delivery(delivery));
    }
    // Stable: what happened in the same moment stays in the order of cause and effect.
    story.sort_by_key(|event| event.at);
    story
}

fn of_delivery(delivery: &Delivery) -> impl Iterator<Item = Event> {
    let channel = delivery.channel;
    let attempts = delivery.attempts.iter().map(move |attempt| {
        let took = i64::try_from(attempt.duration_ms).unwrap_or(0);
        let at = attempt.started_at + TimeDelta::milliseconds(took.clamp(0, MAX_CALL_MS));
        let why = format!(
            "{channel}: attempt {}, {} {}",
            attempt.number, attempt.outcome, attempt.code
        );
        Event::new(at, "attempt", Some(why.trim_end().to_owned()))
    });
    let deferrals = delivery.deferrals.iter().map(move |deferral| {
        let until = deferral.until.to_rfc3339_opts(SecondsFormat::Secs, true);
        let why = format!("{channel}: {} until {until}", deferral.reason);
        Event::new(deferral.at, "deferred", Some(why))
    });
    let end = (!delivery.state.is_open()).then(|| {
        let why = match &delivery.reason {
            Some(reason) => format!("{channel}: {reason}"),
            None => channel.name().to_owned(),
        };
        Event::new(delivery.updated_at, delivery.state.name(), Some(why))
    });
    let reactions = Reaction::ALL.into_iter().filter_map(move |reaction| {
        let at = delivery.reactions.first(reaction)?;
        let what = match reaction.kind {
            ReactionKind::Open => "opened",
            ReactionKind::Click => "clicked",
        };
        let who = match reaction.by_machine {
            true => "by a program",
            false => "by the user",
        };
        Some(Event::new(at, what, Some(format!("{channel}: {who}"))))
    });
    deferrals.chain(attempts).chain(end).chain(reactions)
}

/// No call lasts longer than a day; keeps a damaged row from overflowing the arithmetic.
const MAX_CALL_MS: i64 = 86_400_000;

#[cfg(test)]
mod tests {
    use campanile_domain::{
        Attempt, Deferral, DeliveryId, DeliveryState, NotificationId, NotificationType, Priority,
        Reactions, TenantId, UserId,
    };

    use super::*;

    #[test]
    fn the_story_is_in_order_and_says_why() {
        let t0 = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let id = NotificationId::at(t0);
        let notification = Notification {
            id,
            tenant: TenantId::parse("acme").expect("valid"),
            user_id: UserId::parse("u1").expect("valid"),
            notification_type: NotificationType::parse("t").expect("valid"),
            priority: Priority::High,
            title: None,
            body: None,
            content: "{}".into(),
            channels: Some(vec![Channel::Webhook]),
            send_at: None,
            expires_at: None,
            collapse_key: None,
            item: Default::default(),
            correlation_id: "r".into(),
            created_at: t0,
        };
        let attempt = |number: u32, outcome: &str, code: &str| Attempt {
            number,
            started_at: t0 + TimeDelta::seconds(i64::from(number)),
            duration_ms: 10,
            outcome: outcome.into(),
            code: code.into(),
            detail: String::new(),
            retry_at: None,
            provider: None,
            texts: None,
        };
        let delivery = Delivery {
            id: DeliveryId::of(id, Channel::Webhook, "https://a/"),
            notification_id: id,
            channel: Channel::Webhook,
            address: "https://a/".into(),
            state: DeliveryState::Dead,
            reason: Some("attempts_exhausted".into()),
            next_attempt_at: None,
            attempts: vec![attempt(1, "retry", "503"), attempt(2, "ambiguous", "")],
            deferrals: vec![Deferral {
                at: t0,
                reason: "quiet_hours".into(),
                until: t0 + TimeDelta::seconds(1),
            }],
            reactions: Reactions {
                opened_at: Some(t0 + TimeDelta::seconds(7)),
                machine_opened_at: Some(t0 + TimeDelta::seconds(6)),
                clicked_at: Some(t0 + TimeDelta::seconds(8)),
                machine_clicked_at: None,
            },
            created_at: t0,
            updated_at: t0 + TimeDelta::seconds(3),
        };
        let marks = InboxMarks {
            read_at: Some(t0 + TimeDelta::seconds(4)),
            ..InboxMarks::default()
        };
        let story = events(
            &notification,
            marks,
            Some(t0 + TimeDelta::seconds(5)),
            &[delivery],
            t0 + TimeDelta::seconds(9),
        );
        let reported: Vec<_> = story
            .iter()
            .map(|e| format!("{} ({})", e.what, e.why.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(
            reported,
            [
                "accepted (priority high)",
                "planned (webhook)",
                "deferred (webhook: quiet_hours until 2027-01-15T08:00:01Z)",
                "attempt (webhook: attempt 1, retry 503)",
                "attempt (webhook: attempt 2, ambiguous)",
                "dead (webhook: attempts_exhausted)",
                "read (by the user)",
                "cancelled (by its sender)",
                "opened (webhook: by a program)",
                "opened (webhook: by the user)",
                "clicked (webhook: by the user)",
            ]
        );
        assert!(story.is_sorted_by_key(|event| event.at));
    }
}
