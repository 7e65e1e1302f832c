//! From JSON to a [`SendRequest`], listing every wrong field.

use std::collections::HashSet;
use std::sync::Arc;

use campanile_domain::{Channel, Level, NotificationType, Priority, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::fields::Fields;
use crate::{FieldError, SendRequest};

/// More recipients than this take a topic.
const MAX_RECIPIENTS: usize = 1_000;
const MAX_TITLE_BYTES: usize = 512;
const MAX_BODY_BYTES: usize = 16 * 1_024;
/// Every recipient has a copy of the texts in the database: so many bytes may one request make.
const MAX_EXPANDED_BYTES: usize = 16 * 1_024 * 1_024;
const MAX_COLLAPSE_KEY_BYTES: usize = 128;
/// Nothing is kept waiting for longer.
const FARTHEST: TimeDelta = TimeDelta::days(366);

impl SendRequest {
    /// Checks a JSON value and lists every wrong field; one that asks for a dry run is refused, so that
    /// nobody accepts it by oversight ([`Wanted::from_json`](crate::Wanted::from_json) takes it).
    ///
    /// # Errors
    /// At least one [`FieldError`].
    pub fn from_json(value: &Value, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let request = Self::to_users(value, now)?.in_time()?;
        if asks_for_dry_run(value) {
            return Err(vec![no_dry_run()]);
        }
        Ok(request)
    }

    /// Checks a request to users by name, whatever it says of a dry run.
    pub(crate) fn to_users(value: &Value, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        Self::read(value, recipients, now)
    }

    /// Checks everything but whom it is for, which `recipients` reads.
    pub(crate) fn read(
        value: &Value,
        recipients: impl FnOnce(&mut Fields<'_>) -> Option<Vec<UserId>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut reader = Fields::of(value)?;
        let fields = &mut reader;
        let notification_type = notification_type(fields);
        let recipients = recipients(fields);
        let content = content(fields);
        let channels = channels(fields);
        let priority = priority(fields);
        let title = fields.text("title", MAX_TITLE_BYTES, false);
        let body = fields.text("body", MAX_BODY_BYTES, true);
        let collapse_key = fields.text("collapse_key", MAX_COLLAPSE_KEY_BYTES, false);
        let written = fields.moment("send_at", now + FARTHEST);
        let expires_at = fields.moment("expires_at", now + FARTHEST);
        fields.only_off("batch");
        fields.flag("dry_run");
        let mut errors = reader.finish();
        let is_over_by = |moment| expires_at.is_some_and(|deadline| deadline <= moment);
        // One that was never right cannot have been accepted; one that is late now can.
        let was_wrong = written.is_some_and(is_over_by);
        let is_late = !was_wrong && is_over_by(now);
        if was_wrong || (is_late && !errors.is_empty()) {
            errors.push(too_early());
        }
        match (notification_type, recipients, content) {
            (Some(notification_type), Some(recipients), Some(content)) if errors.is_empty() => {
                Self {
                    notification_type,
                    recipients,
                    content,
                    channels,
                    priority,
                    title,
                    body,
                    send_at: written.filter(|at| *at > now),
                    send_at_as_written: written,
                    expires_at,
                    is_late,
                    collapse_key,
                    lane: None,
                }
                .within_bounds()
            }
            _ => Err(errors),
        }
    }

    /// Refuses one that is late, where nothing was answered before.
    pub(crate) fn in_time(self) -> Result<Self, Vec<FieldError>> {
        match self.is_late {
            true => Err(vec![too_early()]),
            false => Ok(self),
        }
    }

    fn within_bounds(self) -> Result<Self, Vec<FieldError>> {
        let bytes = self.expanded_bytes();
        if bytes <= MAX_EXPANDED_BYTES {
            return Ok(self);
        }
        Err(vec![FieldError {
            field: "/recipients".into(),
            code: "too_large_together",
            detail: format!(
                "recipients times the bytes of title, body and content are {bytes}, at most \
                 {MAX_EXPANDED_BYTES} in one request"
            ),
        }])
    }
}

/// What is wrong with a request that would be sent after its end.
pub(crate) fn too_early() -> FieldError {
    FieldError {
        field: "/expires_at".into(),
        code: "too_early",
        detail: "expires_at lies before it would be sent".into(),
    }
}

/// Whether a value says so; that it says it rightly is checked with all other fields.
pub(crate) fn asks_for_dry_run(value: &Value) -> bool {
    value.get("dry_run") == Some(&Value::Bool(true))
}

/// What is wrong with a dry run where none is served.
pub(crate) fn no_dry_run() -> FieldError {
    FieldError {
        field: "/dry_run".into(),
        code: "not_supported",
        detail: "a dry run is for users by name, in a call of its own".into(),
    }
}

fn notification_type(fields: &mut Fields<'_>) -> Option<NotificationType> {
    fields.required("notification_type")?;
    fields.parsed("notification_type", NotificationType::parse)
}

fn recipients(fields: &mut Fields<'_>) -> Option<Vec<UserId>> {
    if fields.get("topic").is_some() {
        fields.wrong(
            "topic",
            "not_supported",
            "a topic takes a request of its own",
        );
    }
    let Some(list) = fields.required("recipients")?.as_array() else {
        fields.wrong(
            "recipients",
            "wrong_type",
            "recipients is a list of user ids",
        );
        return None;
    };
    if list.is_empty() || list.len() > MAX_RECIPIENTS {
        let code = if list.is_empty() {
            "too_short"
        } else {
            "too_long"
        };
        fields.wrong(
            "recipients",
            code,
            format!("recipients are 1 to {MAX_RECIPIENTS} users"),
        );
        return None;
    }
    let (mut seen, mut users) = (HashSet::new(), Vec::with_capacity(list.len()));
    for (place, value) in list.iter().enumerate() {
        match value.as_str().map(UserId::parse) {
            // A user named twice hears once.
            Some(Ok(user)) => {
                if seen.insert(user.clone()) {
                    users.push(user);
                }
            }
            Some(Err(error)) => fields.wrong(&format!("recipients/{place}"), "invalid", error.0),
            None => {
                fields.wrong(
                    &format!("recipients/{place}"),
                    "wrong_type",
                    "a user id is a string",
                );
            }
        }
    }
    Some(users)
}

fn content(fields: &mut Fields<'_>) -> Option<Arc<str>> {
    fields.required("content")?;
    // The body as a whole is bounded, and so is what it becomes with all its recipients.
    fields.object("content", usize::MAX)
}

pub(crate) fn channels(fields: &mut Fields<'_>) -> Option<Vec<Channel>> {
    let Some(list) = fields.get("channels")?.as_array() else {
        fields.wrong(
            "channels",
            "wrong_type",
            "channels is a list of channel names",
        );
        return None;
    };
    if list.is_empty() {
        fields.wrong(
            "channels",
            "too_short",
            "channels names at least one, or is left out",
        );
    }
    let mut channels = Vec::with_capacity(list.len());
    for (place, value) in list.iter().enumerate() {
        let field = format!("channels/{place}");
        match value.as_str().map(str::parse::<Channel>) {
            Some(Ok(channel)) => {
                if !channels.contains(&channel) {
                    channels.push(channel);
                }
            }
            Some(Err(error)) => fields.wrong(&field, "unknown_value", error.to_string()),
            None => fields.wrong(&field, "wrong_type", "a channel is a string"),
        }
    }
    Some(channels)
}

fn priority(fields: &mut Fields<'_>) -> Priority {
    let level = fields.name::<Level>("level").map(Priority::from);
    let priority = fields.name::<Priority>("priority");
    if level.is_some() && priority.is_some() && level != priority {
        fields.wrong(
            "level",
            "contradictory",
            "level and priority say different things",
        );
    }
    priority.or(level).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Wanted;
    use crate::fingerprint::fingerprint;

    fn errors(value: &Value) -> Vec<(String, &'static str)> {
        SendRequest::from_json(value, Utc::now())
            .expect_err("refused")
            .into_iter()
            .map(|e| (e.field, e.code))
            .collect()
    }

    #[test]
    fn a_good_request_is_taken_whole() {
        let request = SendRequest::from_json(
            &json!({
                "notification_type": "new_message", "recipients": ["u1", "u2", "u1"],
                "content": {"a": 1}, "channels": ["sse", "in_app", "webhook"], "level": "warning",
                "title": "Hello", "body": "two\nlines", "collapse_key": "k",
            }),
            Utc::now(),
        )
        .expect("valid");
        assert_eq!(request.recipients.len(), 2);
        assert_eq!(
            request.channels,
            Some(vec![Channel::InApp, Channel::Webhook])
        );
        assert_eq!(request.priority, Priority::High);
    }

    #[test]
    fn every_wrong_field_is_listed() {
        let found = errors(&json!({
            "notification_type": "Not Good", "recipients": ["u1", 7, ""], "content": [],
            "channels": ["pigeon", 3], "priority": "urgent", "title": "a\r\nb", "body": 1,
            "send_at": "tomorrow", "expires_at": "9999-01-01T00:00:00Z", "batch": true,
            "surprise/field": 1,
        }));
        for expected in [
            ("/notification_type", "invalid"),
            ("/recipients/1", "wrong_type"),
            ("/recipients/2", "invalid"),
            ("/content", "wrong_type"),
            ("/channels/0", "unknown_value"),
            ("/channels/1", "wrong_type"),
            ("/priority", "unknown_value"),
            ("/title", "control_character"),
            ("/body", "wrong_type"),
            ("/send_at", "invalid"),
            ("/expires_at", "out_of_range"),
            ("/batch", "not_supported"),
            ("/surprise~1field", "unknown_field"),
        ] {
            assert!(
                found.iter().any(|(f, c)| (f.as_str(), *c) == expected),
                "{expected:?}"
            );
        }
    }

    #[test]
    fn a_dry_run_is_taken_where_it_is_looked_for_and_nowhere_else() {
        let base = json!({"notification_type": "t", "recipients": ["u"], "content": {}});
        let with = |dry_run: bool| {
            let mut changed = base.clone();
            changed["dry_run"] = json!(dry_run);
            changed
        };
        let wanted = |value| Wanted::from_json(&value, Utc::now()).expect("valid");
        assert!(matches!(wanted(with(true)), Wanted::DryRun(_)));
        assert!(matches!(wanted(with(false)), Wanted::Users(_)));
        assert!(matches!(wanted(base.clone()), Wanted::Users(_)));
        let refused = errors(&with(true));
        assert_eq!(refused, [("/dry_run".to_owned(), "not_supported")]);
    }

    #[test]
    fn much_text_for_many_is_refused_before_it_is_copied() {
        let users = |count: usize| (0..count).map(|n| format!("u{n}")).collect::<Vec<_>>();
        let request = |count| {
            json!({
                "notification_type": "t", "recipients": users(count),
                "content": {"text": "x".repeat(200 * 1_024)},
            })
        };
        assert!(SendRequest::from_json(&request(80), Utc::now()).is_ok());
        let found = errors(&request(90));
        assert_eq!(found, [("/recipients".to_owned(), "too_large_together")]);
    }

    #[test]
    fn a_repeated_request_is_the_same_when_its_moments_have_passed() {
        let now = Utc::now();
        let after = |minutes| now + TimeDelta::minutes(minutes);
        let text = |at: DateTime<Utc>| at.to_rfc3339();
        let value = json!({"notification_type": "t", "recipients": ["u"], "content": {},
            "send_at": text(after(1)), "expires_at": text(after(2))});
        let read = |now| SendRequest::to_users(&value, now).expect("readable");
        let (first, due, late) = (read(now), read(after(1)), read(after(2)));
        assert_eq!((first.send_at, due.send_at), (Some(after(1)), None));
        assert_eq!(
            [first.is_late, due.is_late, late.is_late],
            [false, false, true]
        );
        for later in [&due, &late] {
            assert_eq!(fingerprint(later), fingerprint(&first));
        }
        let refused = late.in_time().expect_err("late");
        assert_eq!(refused, [too_early()]);
        // Never right, so never accepted.
        let mut turned = value.clone();
        turned["send_at"] = json!(text(after(2)));
        for moment in [now, after(3)] {
            let refused = SendRequest::to_users(&turned, moment).expect_err("wrong");
            assert_eq!(refused, [too_early()]);
        }
    }

    #[test]
    fn bounds_and_contradictions_are_refused() {
        let base = json!({"notification_type": "t", "recipients": ["u"], "content": {}});
        let with = |key: &str, value: Value| {
            let mut changed = base.clone();
            changed[key] = value;
            changed
        };
        let many: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
        for (value, field, code) in [
            (json!([]), "", "wrong_type"),
            (json!({}), "/recipients", "required"),
            (with("recipients", json!(many)), "/recipients", "too_long"),
            (with("recipients", json!([])), "/recipients", "too_short"),
            (
                with("recipients", json!(["a\u{0}b"])),
                "/recipients/0",
                "invalid",
            ),
            (
                with("content", json!({"k": ["\u{0}"]})),
                "/content",
                "control_character",
            ),
            (with("channels", json!([])), "/channels", "too_short"),
            (with("title", json!("")), "/title", "too_short"),
            (
                with("expires_at", json!("2001-01-01T00:00:00Z")),
                "/expires_at",
                "too_early",
            ),
            (with("topic", json!("news")), "/topic", "not_supported"),
            (with("dry_run", json!("yes")), "/dry_run", "wrong_type"),
        ] {
            let found = errors(&value);
            assert!(
                found.contains(&(field.to_owned(), code)),
                "{value}: {found:?}"
            );
        }
    }
}
