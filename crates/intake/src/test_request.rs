//! A test notification, to see whether the channels work.

use campanile_domain::{Channel, Level, NotificationType, Priority, UserId};
use campanile_fields::kinds::{lines, one_of, optional, required, user_id};
use campanile_fields::{FieldErrors, Fields, Json, request_body};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::SendRequest;
use crate::send_body::channels;

const MAX_MESSAGE_BYTES: usize = 1_024;

request_body! {
    /// A test notification.
    pub struct TestBody as TestRequest {
        /// The text of the notification.
        #[example("Does this reach you?")]
        message: String = required(lines(MAX_MESSAGE_BYTES)),
        /// The severity (default `info`).
        level: Level = optional(one_of::<Level>()),
        /// The channels to test.
        channels: Vec<Channel> = required(channels()),
        /// The recipient. Services must name one; users leave it out and send to themselves.
        #[example("u1")]
        user_id: UserId = optional(user_id()),
    }
}

/// A valid request for a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRequest {
    message: String,
    level: Level,
    /// Through which channels; at least one.
    pub channels: Vec<Channel>,
    /// To whom, if that is said.
    pub user_id: Option<UserId>,
}

impl TestRequest {
    /// Checks a JSON value and lists every wrong field.
    ///
    /// # Errors
    /// [`FieldErrors`].
    pub fn from_json(value: Json<'_>) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(value)?;
        let read = TestBody::read(&mut fields);
        fields.finish_with(|| {
            Some(Self {
                message: read.message?,
                level: read.level.unwrap_or(Level::Info),
                channels: read.channels?,
                user_id: read.user_id,
            })
        })
    }

    /// The request to send it to a user: of the type `test`, as urgent as its level says, ahead of
    /// everything that is not critical, and forgotten after a few minutes.
    pub fn to(&self, user: UserId, now: DateTime<Utc>) -> SendRequest {
        let content = json!({"message": self.message, "level": self.level}).to_string();
        let of = NotificationType::parse("test").expect("a type");
        SendRequest {
            priority: Priority::from(self.level),
            title: Some("Test notification".into()),
            body: Some(self.message.clone()),
            ..SendRequest::test(of, user, content.into(), self.channels.clone(), now)
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::Lane;
    use serde_json::Value;

    use super::*;
    use campanile_fields::JsonText;

    #[test]
    fn it_goes_to_one_user_by_the_named_channels_ahead_of_others() {
        let body = json!({"message": "Hi", "level": "debug", "channels": ["push", "sse"]});
        let test = TestRequest::from_json(JsonText::from(&body).json()).expect("valid");
        let now = Utc::now();
        let request = test.to(UserId::parse("u1").expect("valid"), now);
        assert_eq!(request.channels, Some(vec![Channel::Push, Channel::InApp]));
        assert_eq!(request.lane, Some(Lane::Critical));
        assert_eq!(request.priority, Priority::Low);
        assert_eq!(request.body.as_deref(), Some("Hi"));
        assert!(request.expires_at > Some(now));
        let content: Value = serde_json::from_str(&request.content).expect("JSON");
        assert_eq!(content, json!({"message": "Hi", "level": "debug"}));
    }

    #[test]
    fn every_wrong_field_is_listed() {
        let wrong = json!({"message": "", "level": "loud", "channels": ["pigeon"], "user_id": ""});
        let reported = |body: &Value| {
            let errors = TestRequest::from_json(JsonText::from(body).json()).expect_err("refused");
            let reported = errors.into_iter().map(|e| (e.field, e.code.name()));
            reported.collect::<Vec<_>>()
        };
        let expected = [
            ("/message", "too_short"),
            ("/level", "unknown_value"),
            ("/channels/0", "unknown_value"),
            ("/user_id", "invalid"),
        ];
        assert_eq!(reported(&wrong), expected.map(|(f, c)| (f.to_owned(), c)));
        let expected = [("/message", "required"), ("/channels", "required")];
        assert_eq!(
            reported(&json!({})),
            expected.map(|(f, c)| (f.to_owned(), c))
        );
        let none = json!({"message": "m", "channels": []});
        assert_eq!(reported(&none), [("/channels".to_owned(), "too_short")]);
    }
}
