//! What a request to send may ask for.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::validate::{asks_for_dry_run, no_dry_run};
use crate::{FieldError, SendRequest, TopicRequest};

/// A valid request.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// To be accepted for users by name.
    Users(SendRequest),
    /// To be accepted for all who are subscribed to a topic.
    Topic(TopicRequest),
    /// Its caller only asks what would become of it.
    DryRun(SendRequest),
}

impl Wanted {
    /// Checks a JSON value and lists every wrong field. Recipients or a topic say whom it is for, not
    /// both; a dry run is for users by name. One to be accepted may be late ([`SendRequest::is_late`]).
    ///
    /// # Errors
    /// At least one [`FieldError`].
    pub fn from_json(value: &Value, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let is_dry = asks_for_dry_run(value);
        if value.get("topic").is_none_or(Value::is_null) {
            let request = SendRequest::to_users(value, now)?;
            return Ok(match is_dry {
                true => Self::DryRun(request.in_time()?),
                false => Self::Users(request),
            });
        }
        let request = TopicRequest::from_json(value, now)?;
        match is_dry {
            true => Err(vec![no_dry_run()]),
            false => Ok(Self::Topic(request)),
        }
    }

    /// What is to be told.
    pub fn message(&self) -> &SendRequest {
        match self {
            Self::Users(message)
            | Self::DryRun(message)
            | Self::Topic(TopicRequest { message, .. }) => message,
        }
    }
}
