//! The shapes of events, for the OpenAPI document only: the intake reads the JSON itself, so that it
//! can name every wrong field.

use utoipa::ToSchema;

/// A user's names.
#[derive(ToSchema)]
#[schema(as = PersonInfo)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct PersonBody {
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    user_id: String,
    #[schema(min_length = 1, max_length = 256, example = "ada_l")]
    username: String,
    /// The display name, if there is one.
    #[schema(max_length = 256, example = "Ada L.")]
    display_name: Option<String>,
}

/// A message was created.
#[derive(ToSchema)]
#[schema(as = MessageCreated)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct MessageCreatedBody {
    #[schema(min_length = 1, max_length = 128, example = "m1")]
    message_id: String,
    #[schema(min_length = 1, max_length = 128, example = "r1")]
    room_id: String,
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    sender_id: String,
    /// The members of the room. The sender is skipped, and each user is notified once.
    #[schema(max_items = 1000, example = json!(["ada", "bob"]))]
    recipient_ids: Vec<String>,
    /// The text of the message. Only its first 140 characters are stored, as the preview.
    #[schema(example = "Are you coming?")]
    message_content: String,
    sender_info: PersonBody,
}

/// A user was invited to a room.
#[derive(ToSchema)]
#[schema(as = RoomInvitation)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct RoomInvitationBody {
    #[schema(min_length = 1, max_length = 128, example = "r1")]
    room_id: String,
    #[schema(min_length = 1, max_length = 256, example = "Lobby")]
    room_name: String,
    #[schema(max_length = 4096, example = "Small talk")]
    room_description: Option<String>,
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    inviter_id: String,
    /// The user to notify.
    #[schema(min_length = 1, max_length = 128, example = "bob")]
    invitee_id: String,
    inviter_info: PersonBody,
}

/// A friend request was made or accepted.
#[derive(ToSchema)]
#[schema(as = FriendRequest)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct FriendRequestBody {
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    sender_id: String,
    /// The user to notify.
    #[schema(min_length = 1, max_length = 128, example = "bob")]
    recipient_id: String,
    sender_info: PersonBody,
    request_type: FriendRequestType,
}

/// Whether the request was made or accepted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) enum FriendRequestType {
    FriendRequest,
    FriendRequestAccepted,
}
