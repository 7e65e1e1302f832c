//! Push messages against a server that verifies claims, tokens and addresses as FCM does.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;

use campanile_channels::push::{PushChannel, PushSettings, ServiceAccount};
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    Channel, DeliveryId, Notification, NotificationId, NotificationType, Outcome, Priority,
    SystemClock, TenantId, UserId,
};
use campanile_test_support::fcm::FcmServer;
use chrono::Utc;

mod account;
mod answers;
mod bound;
mod connections;
mod floods;
mod message;
mod tokens;

/// The account that the server knows.
fn account(server: &FcmServer) -> ServiceAccount {
    let known = server.account();
    ServiceAccount {
        project_id: Some(known.project_id.clone()),
        client_email: Some(known.client_email.clone()),
        private_key: Some(known.private_key.clone().into()),
        private_key_id: Some(known.private_key_id.clone()),
        token_uri: Some(server.token_uri().to_owned()),
        endpoint: Some(server.endpoint()),
    }
}

fn channel_of(account: &ServiceAccount, clients: usize) -> PushChannel {
    let settings = PushSettings::parse(account).unwrap();
    SenderFactory::new(Arc::new(SystemClock), Vec::new())
        .push_connections(clients.try_into().unwrap())
        .push(settings, Reach::Anywhere)
        .unwrap()
}

fn channel(server: &FcmServer) -> PushChannel {
    channel_of(&account(server), 1)
}

fn notification() -> Notification {
    let now = Utc::now();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("zoë").unwrap(),
        notification_type: NotificationType::parse("room.invite").unwrap(),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: r#"{"room_name": "Kitchen", "seats": 4}"#.into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: "corr".into(),
        created_at: now,
    }
}

fn rendered() -> Rendered {
    Rendered {
        title: "Come \"in\"".into(),
        text: "The kitchen is warm".into(),
        ..Rendered::default()
    }
}

/// Sends a notification as it is to be read.
async fn send_rendered(
    channel: &PushChannel,
    address: &str,
    notification: &Notification,
    rendered: &Rendered,
) -> Outcome {
    let envelope = Envelope {
        delivery_id: DeliveryId::of(notification.id, Channel::Push, address),
        address,
        notification,
        rendered,
    };
    channel.send(envelope).await
}

/// Sends any notification.
async fn send(channel: &PushChannel, address: &str) -> Outcome {
    send_rendered(channel, address, &notification(), &rendered()).await
}
