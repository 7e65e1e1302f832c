//! What goes over the wire.

use campanile_client::{
    BuildError, Client, FriendRequest, IdempotencyKey, MessageCreated, RoomInvitation, UserInfo,
};
use campanile_test_support::sockets::assert_nodelay_to;
use serde_json::json;

use crate::service::Service;
use crate::{builder, notification};

#[tokio::test]
async fn the_three_services_tell_what_the_contract_says() {
    let service = Service::start();
    let client = builder(&service).build().await.unwrap();
    let ada = || UserInfo::new("u1", "ada", "Ada Lovelace");
    let info = json!({"user_id": "u1", "username": "ada", "display_name": "Ada Lovelace"});
    let message = MessageCreated::new("m1", "r1", ada(), ["u2", "u3"], "Are you coming?");
    client.create_message_notification(&message).await.unwrap();
    assert_nodelay_to(service.address()).await;
    let invitation = RoomInvitation::new("r1", "Lab", ada(), "u2").room_description("Engines");
    client
        .create_room_invite_notification(&invitation)
        .await
        .unwrap();
    for request in [
        FriendRequest::asked(ada(), "u2"),
        FriendRequest::accepted(ada(), "u2"),
    ] {
        client
            .create_friend_request_notification(&request)
            .await
            .unwrap();
    }
    let calls = service.accepted();
    let reported: Vec<_> = calls
        .iter()
        .map(|call| (call.path.as_str(), call.body.clone()))
        .collect();
    assert_eq!(
        reported,
        [
            (
                "/api/v1/events/message-created",
                json!({"message_id": "m1", "room_id": "r1", "sender_id": "u1", "recipient_ids": ["u2", "u3"],
                    "message_content": "Are you coming?", "sender_info": info})
            ),
            (
                "/api/v1/events/room-invitation",
                json!({"room_id": "r1", "room_name": "Lab", "room_description": "Engines", "inviter_id": "u1",
                    "invitee_id": "u2", "inviter_info": info})
            ),
            (
                "/api/v1/events/friend-request",
                json!({"sender_id": "u1", "recipient_id": "u2", "sender_info": info, "request_type": "friend_request"})
            ),
            (
                "/api/v1/events/friend-request",
                json!({"sender_id": "u1", "recipient_id": "u2", "sender_info": info,
                    "request_type": "friend_request_accepted"})
            ),
        ]
    );
    assert!(calls.iter().all(|call| call.token == "Bearer secret"));
    let keys: std::collections::BTreeSet<_> = calls.iter().map(|call| &call.key).collect();
    assert_eq!(keys.len(), 4, "a key for each call");
}

#[tokio::test]
async fn a_callers_own_key_and_a_base_with_a_path_are_used() {
    let service = Service::start();
    let client = Client::builder(format!("{}/notify/", service.url()));
    let client = client.token("t").build().await.unwrap();
    let key = IdempotencyKey::new("outbox-17").unwrap();
    let call = notification("u", 1).idempotency_key(key);
    for _ in 0..2 {
        client.send(&call).await.unwrap();
    }
    let calls = service.accepted();
    assert_eq!((calls.len(), service.requests()), (1, 2));
    assert_eq!(calls[0].key, "outbox-17");
    assert_eq!(calls[0].path, "/notify/api/v1/notifications");
}

#[tokio::test]
async fn a_client_that_cannot_work_is_not_made() {
    for url in ["", "notifications", "ftp://host", "http://"] {
        let made = Client::builder(url).token("t").build().await;
        assert!(matches!(made, Err(BuildError::Url(_))), "{url:?}");
    }
    let made = Client::builder("http://host").build().await;
    assert!(matches!(made, Err(BuildError::NoToken)));
}
