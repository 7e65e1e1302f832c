//! A test of a type: a notification to the editor, or to a user whom they name.

use std::sync::Arc;

use campanile_domain::{AuditAction, Channel, NotificationType, TenantId, UserId};
use campanile_fields::kinds::{json_object, one_of, optional, required, unique, user_id};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use campanile_intake::SendRequest;
use campanile_pipeline::record_act;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::Editor;

/// Bytes of a content, as in requests to send.
const CONTENT_BYTES: usize = 128 * 1024;

request_body! {
    /// A test of a type's templates.
    pub struct TemplateTestBody as TemplateTestRequest {
        /// The content of the notification.
        #[example({"order_id": "7"})]
        content: Arc<str> = required(json_object(CONTENT_BYTES)),
        /// The channels to test.
        #[example(["in_app", "email"])]
        channels: Vec<Channel> = required(unique(1..=Channel::MOST, one_of::<Channel>())),
        /// The recipient; left out: the subject of the token.
        #[example("u1")]
        user_id: UserId = optional(user_id()),
    }
}

/// A valid request for a test.
#[derive(Debug)]
pub struct TemplateTest {
    content: Arc<str>,
    /// Through which channels.
    pub channels: Vec<Channel>,
    /// To whom, if that is said.
    pub user_id: Option<UserId>,
}

/// Reads what is to be tested.
///
/// # Errors
/// Every invalid field.
pub fn read_test(body: &JsonText) -> Result<TemplateTest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = TemplateTestBody::read(&mut fields);
    fields.finish_with(|| {
        Some(TemplateTest {
            content: read.content?,
            channels: read.channels?,
            user_id: read.user_id,
        })
    })
}

/// Records that a test is about to be sent: what is sent is a notification, which has a timeline. The content is not recorded.
///
/// # Errors
/// [`StorageError`]; nothing is to be sent.
pub async fn record_test(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    (test, user): (&TemplateTest, &UserId),
    editor: Editor<'_>,
) -> Result<(), StorageError> {
    let channels: Vec<_> = test.channels.iter().map(|one| one.name()).collect();
    let entry = editor.entry(tenant, AuditAction::TemplateTest, format!("template/{of}"));
    let entry = entry.with(json!({"user_id": user, "channels": channels}));
    record_act(storage, entry).await
}

impl TemplateTest {
    /// The request to send it to a user.
    pub fn to(&self, of: NotificationType, user: UserId, now: DateTime<Utc>) -> SendRequest {
        SendRequest::test(
            of,
            user,
            Arc::clone(&self.content),
            self.channels.clone(),
            now,
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_that_is_named_twice_counts_once() {
        let body = json!({"content": {}, "channels": ["email", "in_app", "email"]});
        let test = read_test(&JsonText::from(&body)).expect("valid");
        assert_eq!(test.channels, [Channel::Email, Channel::InApp]);
    }
}
