//! What a request to send may ask for.

use campanile_fields::{FieldCode, FieldErrors, Fields, Json};
use chrono::{DateTime, Utc};

use crate::validate::no_dry_run;
use crate::{SendBody, SendRequest, TopicRequest};

/// A valid request.
#[derive(Debug, Clone, PartialEq)]
pub enum RequestToSend {
    /// To be accepted for users by name.
    Users(SendRequest),
    /// To be accepted for all who are subscribed to a topic.
    Topic(TopicRequest),
    /// Its caller only asks what would become of it.
    DryRun(SendRequest),
}

impl RequestToSend {
    /// Checks a JSON value and lists every wrong field. Recipients or a topic say whom it is for, not
    /// both; a dry run is for users by name. One to be accepted may be late ([`SendRequest::is_late`]).
    ///
    /// # Errors
    /// [`FieldErrors`].
    pub fn from_json(value: Json<'_>, now: DateTime<Utc>) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(value)?;
        let is_for_topic = fields.get("topic").is_some();
        if is_for_topic && fields.get("recipients").is_some() {
            let detail = "give either recipients or topic";
            fields.wrong("recipients", FieldCode::Contradictory, detail);
            fields.set_aside("recipients");
        }
        if !is_for_topic {
            fields.required("recipients");
        }
        let mut read = SendBody::read(&mut fields);
        let (topic, is_dry) = (read.topic.take(), read.dry_run == Some(true));
        let message = SendRequest::of(read, fields, now)?;
        match (topic, is_dry) {
            (None, false) => Ok(Self::Users(message)),
            (None, true) => Ok(Self::DryRun(message.in_time()?)),
            (Some(topic), false) => Ok(Self::Topic(TopicRequest { topic, message })),
            (Some(_), true) => Err(no_dry_run().into()),
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
