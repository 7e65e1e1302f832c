//! Who is to come or go, and how many there are afterwards.

use campanile_domain::UserId;
use campanile_fields::kinds::{required, unique, user_id};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use serde::Serialize;
use utoipa::ToSchema;

/// Users in one call.
const MAX_USERS: usize = 1_000;

request_body! {
    /// Users to subscribe or unsubscribe.
    pub(super) struct SubscribersRequest as SubscribersRequest {
        /// The users, without duplicates; at most 128 bytes each.
        #[example(["u1", "u2"])]
        user_ids: Vec<UserId> = required(unique(1..=MAX_USERS, user_id())),
    }
}

/// The result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscribers)]
pub(super) struct SubscribersBody {
    /// Number of subscribers of the topic after the change.
    #[schema(example = 2)]
    pub(super) subscribers: u64,
}

/// Reads a body, or lists every wrong field.
pub(super) fn users_of(body: &JsonText) -> Result<Vec<UserId>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = SubscribersRequest::read(&mut fields);
    fields.finish_with(|| read.user_ids)
}
