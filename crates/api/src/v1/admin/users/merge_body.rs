//! A merge as it is asked for, and as it stands.

use campanile_domain::{MergeStage, UserId, UserMerge};
use campanile_fields::kinds::{NameOf, required, user_id};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

request_body! {
    /// A merge of two users.
    pub(super) struct AskedMerge as UserMergeRequest {
        /// The tenant's id of the user who is kept and gets everything of the other one.
        #[example("alice")]
        into: UserId = required(user_id()),
    }
}

/// Reads a body: who is kept.
pub(super) fn kept_user(body: &JsonText) -> Result<UserId, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = AskedMerge::read(&mut fields);
    fields.finish_with(|| read.into)
}

/// How far a merge of two users is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserMerge)]
pub(super) struct MergeBody {
    /// The user who is removed at the end.
    #[schema(value_type = String, example = "u1")]
    user_id: UserId,
    /// The user who is kept.
    #[schema(value_type = String, example = "alice")]
    into: UserId,
    /// `history`: notifications of which nothing is pending are moved in steps; `topics`: the kept user is subscribed to the other
    /// one's topics; `rest`: everything else is moved; `done`: the other user is gone.
    #[schema(value_type = MergeStageName, example = "history")]
    stage: MergeStage,
    /// Number of notifications that the removed user had at the start.
    #[schema(example = 1_200)]
    total: u64,
    /// Number of notifications moved so far, with their deliveries.
    #[schema(example = 500)]
    notifications: u64,
    /// Number of devices moved.
    devices: u64,
    /// Number of addresses in chat and phone services moved.
    addresses: u64,
    /// Number of topics to which the kept user was not subscribed before.
    topics: u64,
    /// When the merge was requested.
    started_at: DateTime<Utc>,
    /// When the merge last made progress.
    updated_at: DateTime<Utc>,
    /// When the merge ended.
    ended_at: Option<DateTime<Utc>>,
}

/// The names of the stages.
type MergeStageName = NameOf<MergeStage>;

impl From<UserMerge> for MergeBody {
    fn from(merge: UserMerge) -> Self {
        Self {
            user_id: merge.from,
            into: merge.into,
            stage: merge.stage,
            total: merge.total,
            notifications: merge.moved.notifications,
            devices: merge.moved.devices,
            addresses: merge.moved.addresses,
            topics: merge.moved.topics,
            started_at: merge.started_at,
            updated_at: merge.updated_at,
            ended_at: merge.ended_at,
        }
    }
}
