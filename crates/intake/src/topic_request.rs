//! A request to send to all who are subscribed to a topic.

use campanile_domain::TopicKey;

use crate::SendRequest;

/// A valid request to send to a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicRequest {
    /// Key of the topic.
    pub topic: TopicKey,
    /// What to send; it names no recipients.
    pub message: SendRequest,
}

#[cfg(test)]
mod tests {
    use campanile_fields::{FieldErrors, JsonText};
    use chrono::Utc;
    use serde_json::{Value, json};

    use super::*;
    use crate::RequestToSend;
    use crate::fingerprint::{fingerprint, topic_fingerprint};

    fn body() -> Value {
        json!({"notification_type": "news", "topic": "team:1", "content": {"a": 1},
            "title": "T", "priority": "high"})
    }

    fn wanted(value: &Value) -> Result<RequestToSend, FieldErrors> {
        RequestToSend::from_json(JsonText::from(value).json(), Utc::now())
    }

    fn topic(value: &Value) -> TopicRequest {
        match wanted(value) {
            Ok(RequestToSend::Topic(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_topic_takes_the_place_of_recipients() {
        let request = topic(&body());
        assert_eq!(request.topic.as_str(), "team:1");
        assert_eq!(request.message.title.as_deref(), Some("T"));
        assert!(request.message.recipients.is_empty());
        let mut users = body();
        users["topic"] = Value::Null;
        users["recipients"] = json!(["u"]);
        assert!(matches!(wanted(&users), Ok(RequestToSend::Users(_))));
    }

    #[test]
    fn whom_it_is_for_is_said_once_and_rightly() {
        let with = |field: &str, value: Value| {
            let mut changed = body();
            changed[field] = value;
            changed
        };
        for (value, field, code) in [
            (with("topic", json!("Team 1")), "/topic", "invalid"),
            (with("topic", json!("")), "/topic", "invalid"),
            (with("topic", json!("x".repeat(129))), "/topic", "invalid"),
            (with("topic", json!(7)), "/topic", "wrong_type"),
            (
                with("recipients", json!(["u"])),
                "/recipients",
                "contradictory",
            ),
            (
                with("recipients", json!([])),
                "/recipients",
                "contradictory",
            ),
            (with("content", json!([])), "/content", "wrong_type"),
            (with("topics", json!(["x"])), "/topics", "unknown_field"),
            (with("topic", Value::Null), "/recipients", "required"),
        ] {
            let errors = wanted(&value).expect_err("refused");
            let found: Vec<_> = errors
                .iter()
                .map(|e| (e.field.as_str(), e.code.name()))
                .collect();
            assert_eq!(found, [(field, code)], "{value}");
        }
    }

    #[test]
    fn every_field_makes_another_request() {
        let first = topic(&body());
        assert_eq!(
            topic_fingerprint(&first),
            topic_fingerprint(&topic(&body()))
        );
        assert_ne!(topic_fingerprint(&first), fingerprint(&first.message));
        for (field, value) in [("topic", json!("team:2")), ("title", json!("U"))] {
            let mut other = body();
            other[field] = value;
            assert_ne!(topic_fingerprint(&first), topic_fingerprint(&topic(&other)));
        }
    }
}
