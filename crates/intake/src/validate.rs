//! From JSON to a [`SendRequest`], listing every wrong field.

use campanile_domain::Priority;
use campanile_fields::{FieldCode, FieldError, FieldErrors, Fields};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{SendBody, SendRequest};

/// Every recipient has a copy of the texts in the database: so many bytes may one request make.
const MAX_EXPANDED_BYTES: usize = 16 * 1_024 * 1_024;
/// Nothing is kept waiting for longer.
const FARTHEST: TimeDelta = TimeDelta::days(366);

impl SendRequest {
    /// Makes a request of the fields of a body, or lists every wrong one. A request to a topic has no
    /// recipients.
    pub(crate) fn of(
        read: SendBody,
        mut fields: Fields<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldErrors> {
        let priority = priority(&read, &mut fields);
        let written = fields.within_a_year("send_at", read.send_at, now + FARTHEST);
        let expires_at = fields.within_a_year("expires_at", read.expires_at, now + FARTHEST);
        let mut errors = fields.finish();
        let is_over_by = |moment| expires_at.is_some_and(|deadline| deadline <= moment);
        // One that was never right cannot have been accepted; one that is late now can.
        let was_wrong = written.is_some_and(is_over_by);
        let is_late = !was_wrong && is_over_by(now);
        if was_wrong || (is_late && !errors.is_empty()) {
            errors.push(too_early());
        }
        match (read.notification_type, read.content) {
            (Some(notification_type), Some(content)) if errors.is_empty() => Self {
                notification_type,
                recipients: read.recipients.unwrap_or_default(),
                content,
                channels: read.channels,
                priority,
                title: read.title,
                body: read.body,
                link: read.link,
                actions: read.actions.unwrap_or_default(),
                send_at: written.filter(|at| *at > now),
                send_at_as_written: written,
                expires_at,
                is_late,
                collapse_key: read.collapse_key,
                lane: None,
            }
            .within_bounds(),
            _ => Err(errors),
        }
    }

    /// Refuses one that is late, where nothing was answered before.
    pub(crate) fn in_time(self) -> Result<Self, FieldErrors> {
        match self.is_late {
            true => Err(too_early().into()),
            false => Ok(self),
        }
    }

    fn within_bounds(self) -> Result<Self, FieldErrors> {
        let bytes = self.expanded_bytes();
        if bytes <= MAX_EXPANDED_BYTES {
            return Ok(self);
        }
        let detail = format!(
            "recipients times the bytes of title, body, link, actions and content is {bytes}; a request may have at most \
            {MAX_EXPANDED_BYTES}"
        );
        Err(FieldError::new("/recipients", FieldCode::TooLargeTogether, detail).into())
    }
}

/// What is wrong with a request that would be sent after its end.
pub(crate) fn too_early() -> FieldError {
    let detail = "must be later than now and than `send_at`";
    FieldError::new("/expires_at", FieldCode::TooEarly, detail)
}

/// What is wrong with a dry run where none is served.
pub(crate) fn no_dry_run() -> FieldError {
    let detail = "is supported only for recipients, and not in bulk calls";
    FieldError::new("/dry_run", FieldCode::NotSupported, detail)
}

fn priority(read: &SendBody, fields: &mut Fields<'_>) -> Priority {
    let level = read.level.map(Priority::from);
    if level.is_some() && read.priority.is_some() && level != read.priority {
        fields.wrong(
            "level",
            FieldCode::Contradictory,
            "contradicts priority; give one of the two",
        );
    }
    read.priority.or(level).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use campanile_domain::Channel;
    use serde_json::{Value, json};

    use super::*;
    use crate::RequestToSend;
    use crate::fingerprint::fingerprint;
    use campanile_fields::JsonText;

    fn wanted(value: &Value) -> Result<RequestToSend, FieldErrors> {
        RequestToSend::from_json(JsonText::from(value).json(), Utc::now())
    }

    fn errors(value: &Value) -> Vec<(String, &'static str)> {
        wanted(value)
            .expect_err("refused")
            .into_iter()
            .map(|e| (e.field, e.code.name()))
            .collect()
    }

    #[test]
    fn a_good_request_is_taken_whole() {
        let body = json!({
                "notification_type": "new_message", "recipients": ["u1", "u2", "u1"],
                "content": {"a": 1}, "channels": ["sse", "in_app", "webhook"], "level": "warning",
                "title": "Hello", "body": "two\nlines", "collapse_key": "k",
        });
        let wanted = wanted(&body).expect("valid");
        let request = wanted.message();
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
        assert!(matches!(wanted(&with(true)), Ok(RequestToSend::DryRun(_))));
        assert!(matches!(wanted(&with(false)), Ok(RequestToSend::Users(_))));
        assert!(matches!(wanted(&base), Ok(RequestToSend::Users(_))));
        let mut topic = with(true);
        topic["topic"] = json!("news");
        topic["recipients"] = Value::Null;
        let refused = errors(&topic);
        assert_eq!(refused, [("/dry_run".to_owned(), "not_supported")]);
    }

    #[test]
    fn content_stays_as_it_was_written() {
        let read = |content: &str| {
            let text = format!(
                r#"{{"notification_type": "t", "recipients": ["u"], "content": {content}}}"#
            );
            let text = JsonText::parse(text).expect("JSON");
            RequestToSend::from_json(text.json(), Utc::now()).map(|wanted| wanted.message().clone())
        };
        let written = r#"{"lat":31.245270191439438,"id":18446744073709551616,"a":[1.0,1e2,-0],"lat2":"\u00fc"}"#;
        let request = read(written).expect("valid");
        assert_eq!(&*request.content, written);
        let spaced = read(&written.replace(',', " ,\n  ")).expect("valid");
        assert_eq!(&*spaced.content, written);
        assert_eq!(fingerprint(&spaced), fingerprint(&request));
        // The same members in another order are the same request, another number is not.
        let turned = read(r#"{"b":1,"a":{"d":2,"c":3}}"#).expect("valid");
        let again = read(r#"{"a":{"c":3,"d":2},"b":1}"#).expect("valid");
        assert_eq!(fingerprint(&turned), fingerprint(&again));
        let near = written.replace("551616", "551617");
        let near = read(&near).expect("valid");
        assert_ne!(fingerprint(&near), fingerprint(&request));
        let deep = |levels| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&deep(119)).is_ok());
        for (content, code) in [
            (r#"{"a":"\ud83d"}"#.to_owned(), "invalid_unicode"),
            (r#"{"a":"\u0000"}"#.to_owned(), "control_character"),
            (r#"{"a":1e999}"#.to_owned(), "out_of_range"),
            (deep(120), "too_deep"),
            (deep(100_000), "too_deep"),
            ("[1]".to_owned(), "wrong_type"),
        ] {
            let errors = read(&content).expect_err("refused");
            let found: Vec<_> = errors
                .iter()
                .map(|e| (e.field.as_str(), e.code.name()))
                .collect();
            assert_eq!(found, [("/content", code)]);
        }
    }

    #[test]
    fn half_an_emoji_costs_the_field_that_it_stands_in() {
        let half = r#"{"notification_type": "t", "recipients": ["u", "\ud83d"], "content": {},
            "channels": ["\ud83d"], "title": "\ud83d", "priority": "\ud83d", "\ud83d": 1}"#;
        let text = JsonText::parse(half.to_owned()).expect("JSON");
        let errors = RequestToSend::from_json(text.json(), Utc::now()).expect_err("refused");
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e.field.as_str(), e.code.name()))
            .collect();
        for expected in [
            ("/recipients/1", "invalid_unicode"),
            ("/channels/0", "invalid_unicode"),
            ("/title", "invalid_unicode"),
            ("/priority", "invalid_unicode"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(found.len(), 5, "{found:?}");
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
        assert!(wanted(&request(80)).is_ok());
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
        let body = JsonText::from(&value);
        let read = |text: &JsonText, now| {
            RequestToSend::from_json(text.json(), now).map(|wanted| wanted.message().clone())
        };
        let read_at = |now| read(&body, now).expect("readable");
        let (first, due, late) = (read_at(now), read_at(after(1)), read_at(after(2)));
        assert_eq!((first.send_at, due.send_at), (Some(after(1)), None));
        assert_eq!(
            [first.is_late, due.is_late, late.is_late],
            [false, false, true]
        );
        for later in [&due, &late] {
            assert_eq!(fingerprint(later), fingerprint(&first));
        }
        let refused = late.in_time().expect_err("late");
        assert_eq!(refused[..], [too_early()]);
        // Never right, so never accepted.
        let mut turned = value.clone();
        turned["send_at"] = json!(text(after(2)));
        for moment in [now, after(3)] {
            let refused = read(&JsonText::from(&turned), moment).expect_err("wrong");
            assert_eq!(refused[..], [too_early()]);
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
