//! The outcome of a test, channel by channel.

use campanile_domain::{
    ADDRESS_UNREADABLE, Attempt, Channel, Delivery, DeliveryState, NO_ACCOUNT, NO_ADDRESS,
};
use campanile_storage::TimelineRecord;
use chrono::{DateTime, TimeDelta, Utc};

/// The outcome of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The channel.
    pub channel: Channel,
    /// State of the delivery; `Queued` if there was no outcome in time.
    pub status: DeliveryState,
    /// The provider's answer, or the reason why no provider was called.
    pub detail: String,
    /// Time from acceptance to the outcome, or to the last look.
    pub duration: TimeDelta,
}

/// The outcomes of these channels, by what is stored at `now`.
pub(super) fn results(
    channels: &[Channel],
    record: &TimelineRecord,
    now: DateTime<Utc>,
) -> Vec<TestResult> {
    let results = channels.iter().map(|channel| {
        let lines = record.deliveries.iter();
        let lines: Vec<_> = lines.filter(|line| line.channel == *channel).collect();
        result(*channel, &lines, record.notification.created_at, now)
    });
    results.collect()
}

/// The deliveries of one channel. Where it has several addresses, one that was reached speaks for them.
fn result(
    channel: Channel,
    lines: &[&Delivery],
    accepted_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> TestResult {
    let result = |status, detail: String, until: DateTime<Utc>| TestResult {
        channel,
        status,
        detail,
        duration: (until - accepted_at).max(TimeDelta::zero()),
    };
    if channel == Channel::InApp {
        let detail = "The notification is in the inbox".into();
        return result(DeliveryState::Sent, detail, accepted_at);
    }
    let Some(speaker) = lines.iter().min_by_key(|line| rank(line.state)) else {
        let detail = "No worker planned the notification in time; check its timeline later".into();
        return result(DeliveryState::Queued, detail, now);
    };
    let sent = lines.iter().filter(|l| l.state == DeliveryState::Sent);
    let detail = match lines.len() {
        1 => said(speaker),
        all => format!(
            "{} ({} of {all} addresses reached)",
            said(speaker),
            sent.count()
        ),
    };
    let is_waited_for = speaker.state == DeliveryState::Queued;
    let until = if is_waited_for {
        now
    } else {
        speaker.updated_at
    };
    result(speaker.state, detail, until)
}

const fn rank(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Sent => 0,
        DeliveryState::Queued => 1,
        DeliveryState::Retrying => 2,
        DeliveryState::Deferred => 3,
        DeliveryState::Dead => 4,
        DeliveryState::Expired => 5,
        DeliveryState::Cancelled => 6,
        DeliveryState::Suppressed => 7,
    }
}

/// One sentence: the provider's own words come first.
fn said(line: &Delivery) -> String {
    let answer = line.attempts.last().map(words);
    let reason = line.reason.as_deref();
    match (line.state, answer, reason) {
        (DeliveryState::Queued, ..) => {
            "No outcome in time; check the timeline of the notification".into()
        }
        (DeliveryState::Suppressed, _, Some(NO_ADDRESS)) => {
            format!("{NO_ADDRESS}: the user has no address for this channel")
        }
        (DeliveryState::Suppressed, _, Some(ADDRESS_UNREADABLE)) => {
            format!("{ADDRESS_UNREADABLE}: the key of the user's address for this channel is gone")
        }
        (DeliveryState::Suppressed, _, Some(NO_ACCOUNT)) => {
            format!("{NO_ACCOUNT}: the tenant has no provider for this channel")
        }
        (_, Some(answer), None) => answer,
        (_, Some(answer), Some(reason)) => format!("{reason}: {answer}"),
        (_, None, Some(reason)) => reason.to_owned(),
        (state, None, None) => state.name().to_owned(),
    }
}

fn words(attempt: &Attempt) -> String {
    match (attempt.code.as_str(), attempt.detail.as_str()) {
        ("", detail) => detail.to_owned(),
        (code, "") => code.to_owned(),
        (code, detail) => format!("{code}: {detail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use campanile_domain::{DeliveryId, NotificationId};

    fn line(address: &str, state: DeliveryState, code: &str) -> Delivery {
        let at = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let id = NotificationId::at(at);
        Delivery {
            id: DeliveryId::of(id, Channel::Push, address),
            notification_id: id,
            channel: Channel::Push,
            address: address.into(),
            state,
            reason: (state == DeliveryState::Dead).then(|| "address_gone".into()),
            next_attempt_at: None,
            attempts: vec![Attempt {
                number: 1,
                started_at: at,
                duration_ms: 5,
                outcome: "delivered".into(),
                code: code.into(),
                detail: "said".into(),
                retry_at: None,
                provider: None,
                texts: None,
            }],
            deferrals: Vec::new(),
            reactions: Default::default(),
            created_at: at,
            updated_at: at + TimeDelta::milliseconds(40),
        }
    }

    #[test]
    fn one_that_was_reached_speaks_for_all_addresses() {
        let gone = line("a", DeliveryState::Dead, "UNREGISTERED");
        let sent = line("b", DeliveryState::Sent, "200");
        let (from, now) = (gone.created_at, gone.created_at + TimeDelta::seconds(15));
        for (lines, status, detail, duration_ms) in [
            (
                vec![&gone, &sent],
                DeliveryState::Sent,
                "200: said (1 of 2 addresses reached)",
                40,
            ),
            (
                vec![&gone],
                DeliveryState::Dead,
                "address_gone: UNREGISTERED: said",
                40,
            ),
            (
                vec![],
                DeliveryState::Queued,
                "No worker planned the notification in time; check its timeline later",
                15_000,
            ),
        ] {
            let reported = result(Channel::Push, &lines, from, now);
            let expected = TestResult {
                channel: Channel::Push,
                status,
                detail: detail.into(),
                duration: TimeDelta::milliseconds(duration_ms),
            };
            assert_eq!(reported, expected);
        }
    }
}
