//! Who is to come or go, and how many there are afterwards.

use std::collections::HashSet;

use campanile_domain::UserId;
use campanile_intake::{FieldError, Fields};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Users in one call.
const MAX_USERS: usize = 1_000;

/// The users that a call is about.
#[derive(ToSchema)]
#[schema(as = SubscribersRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct SubscribersRequest {
    /// The users, each once; 128 bytes each at most.
    #[schema(min_items = 1, max_items = 1000, example = json!(["u1", "u2"]))]
    user_ids: Vec<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscribers)]
pub(super) struct SubscribersBody {
    /// How many are subscribed to the topic now.
    #[schema(example = 2)]
    pub(super) subscribers: u64,
}

/// Reads a body, or lists what is wrong with it.
pub(super) fn users_of(body: &Value) -> Result<Vec<UserId>, Vec<FieldError>> {
    let mut fields = Fields::of(body)?;
    let users = users(&mut fields);
    let errors = fields.finish();
    match users {
        Some(users) if errors.is_empty() => Ok(users),
        _ => Err(errors),
    }
}

fn users(fields: &mut Fields<'_>) -> Option<Vec<UserId>> {
    let Some(list) = fields.required("user_ids")?.as_array() else {
        fields.wrong("user_ids", "wrong_type", "user_ids is a list of user ids");
        return None;
    };
    if list.is_empty() || list.len() > MAX_USERS {
        let code = if list.is_empty() {
            "too_short"
        } else {
            "too_long"
        };
        let detail = format!("user_ids are 1 to {MAX_USERS} users");
        fields.wrong("user_ids", code, detail);
        return None;
    }
    let (mut seen, mut users) = (HashSet::new(), Vec::with_capacity(list.len()));
    for (place, value) in list.iter().enumerate() {
        let field = format!("user_ids/{place}");
        match value.as_str().map(UserId::parse) {
            Some(Ok(user)) => {
                if seen.insert(user.clone()) {
                    users.push(user);
                }
            }
            Some(Err(error)) => fields.wrong(&field, "invalid", error.0),
            None => fields.wrong(&field, "wrong_type", "a user id is a string"),
        }
    }
    Some(users)
}
