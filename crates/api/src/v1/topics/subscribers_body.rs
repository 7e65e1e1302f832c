//! Who is to come or go, and how many there are afterwards.

use campanile_domain::UserId;
use campanile_fields::{FieldErrors, Fields, JsonText};
use serde::Serialize;
use utoipa::ToSchema;

/// Users in one call.
const MAX_USERS: usize = 1_000;

/// Users to subscribe or unsubscribe.
#[derive(ToSchema)]
#[schema(as = SubscribersRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct SubscribersRequest {
    /// The users, without duplicates; at most 128 bytes each.
    #[schema(min_items = 1, max_items = 1000, example = json!(["u1", "u2"]))]
    user_ids: Vec<String>,
}

/// The result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscribers)]
pub(super) struct SubscribersBody {
    /// Number of subscribers of the topic after the change.
    #[schema(example = 2)]
    pub(super) subscribers: u64,
}

/// Reads a body, or lists what is wrong with it.
pub(super) fn users_of(body: &JsonText) -> Result<Vec<UserId>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let users = fields
        .required("user_ids")
        .and_then(|_| fields.users("user_ids", 1..=MAX_USERS));
    let errors = fields.finish();
    match users {
        Some(users) if errors.is_empty() => Ok(users),
        _ => Err(errors),
    }
}
