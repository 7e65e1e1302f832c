//! What a request to send may ask for.

use chrono::{DateTime, Utc};

use crate::validate::no_dry_run;
use crate::{SendRequest, TopicRequest};
use campanile_fields::{FieldErrors, Fields, Json};

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
    /// [`FieldErrors`].
    pub fn from_json(value: Json<'_>, now: DateTime<Utc>) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(value)?;
        let is_dry = fields.flag("dry_run") == Some(true);
        if fields.get("topic").is_none() {
            let request = SendRequest::to_users(fields, now)?;
            return Ok(match is_dry {
                true => Self::DryRun(request.in_time()?),
                false => Self::Users(request),
            });
        }
        let request = TopicRequest::read(fields, now)?;
        match is_dry {
            true => Err(no_dry_run().into()),
            false => Ok(Self::Topic(request)),
        }
    }

    /// The notification to plan.
    pub fn message(&self) -> &SendRequest {
        match self {
            Self::Users(message)
            | Self::DryRun(message)
            | Self::Topic(TopicRequest { message, .. }) => message,
        }
    }
}
