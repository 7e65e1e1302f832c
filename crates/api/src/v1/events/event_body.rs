//! The shapes of events, for the OpenAPI document only: the intake reads the JSON itself, so that it
//! can name every wrong field.

use utoipa::ToSchema;

/// How a person is called.
#[derive(ToSchema)]
#[schema(as = PersonInfo)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct PersonBody {
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    user_id: String,
    #[schema(min_length = 1, max_length = 256, example = "ada_l")]
    username: String,
    /// The name to show, where there is one.
    #[schema(max_length = 256, example = "Ada L.")]
    display_name: Option<String>,
}

/// Somebody wrote a message.
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
    /// Who is in the room. The sender may be among them and is left out; each hears once.
    #[schema(max_items = 1000, example = json!(["ada", "bob"]))]
    recipient_ids: Vec<String>,
    /// The text; its first 140 characters become the preview, the rest is not kept.
    #[schema(example = "Are you coming?")]
    message_content: String,
    sender_info: PersonBody,
}

/// Somebody invited somebody to a room.
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
    /// Who is told.
    #[schema(min_length = 1, max_length = 128, example = "bob")]
    invitee_id: String,
    inviter_info: PersonBody,
}

/// Somebody asked to be a friend, or agreed.
#[derive(ToSchema)]
#[schema(as = FriendRequest)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct FriendRequestBody {
    #[schema(min_length = 1, max_length = 128, example = "ada")]
    sender_id: String,
    /// Who is told.
    #[schema(min_length = 1, max_length = 128, example = "bob")]
    recipient_id: String,
    sender_info: PersonBody,
    request_type: FriendRequestType,
}

/// What it is about.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) enum FriendRequestType {
    FriendRequest,
    FriendRequestAccepted,
}
