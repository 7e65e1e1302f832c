//! Mail against a relay that says what the test wants, and against a real one.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;
use std::time::Duration;

use campanile_channels::email::{EmailChannel, EmailError, EmailPatience, EmailSettings, EmailTls};
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    Channel, DeliveryId, Notification, NotificationId, NotificationType, Outcome, Priority,
    SystemClock, TenantId, UserId,
};
use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use chrono::Utc;
use ipnet::IpNet;

mod connections;
mod content;
mod failures;
mod floods;
mod protection;
mod real_server;
mod replies;

const FROM: &str = "Campanile <noreply@campanile.example>";

fn pipelining() -> SmtpOffers {
    SmtpOffers {
        pipelining: true,
        ..SmtpOffers::default()
    }
}

fn settings(port: u16) -> EmailSettings {
    EmailSettings::new("127.0.0.1", port, EmailTls::None, FROM).unwrap()
}

fn channel(server: &SmtpServer) -> EmailChannel {
    of_operator(settings(server.port())).unwrap()
}

fn of_operator(settings: EmailSettings) -> Result<EmailChannel, EmailError> {
    SenderFactory::new(Arc::new(SystemClock), Vec::new()).email(settings, Reach::Anywhere)
}

fn of_tenant(settings: EmailSettings, allowed: Vec<IpNet>) -> Result<EmailChannel, EmailError> {
    SenderFactory::new(Arc::new(SystemClock), allowed).email(settings, Reach::Public)
}

/// Waits shortly, for relays that never answer.
fn impatient(wait: Duration) -> EmailPatience {
    EmailPatience {
        reply: wait,
        last_reply: wait,
        ..EmailPatience::default()
    }
}

fn rendered(title: &str, text: &str, html: Option<&str>) -> Rendered {
    Rendered {
        title: title.to_owned(),
        text: text.to_owned(),
        html: html.map(str::to_owned),
        ..Rendered::default()
    }
}

fn notification() -> Notification {
    let now = Utc::now();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("zoë").unwrap(),
        notification_type: NotificationType::parse("room.invite").unwrap(),
        priority: Priority::High,
        title: None,
        body: None,
        content: "{}".into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: "corr".into(),
        created_at: now,
    }
}

/// Sends one mail; gives the ids that stand in it, too.
async fn send_rendered(
    channel: &EmailChannel,
    address: &str,
    rendered: &Rendered,
) -> (Outcome, NotificationId, DeliveryId) {
    let notification = notification();
    let delivery_id = DeliveryId::of(notification.id, Channel::Email, address);
    let outcome = channel
        .send(Envelope {
            delivery_id,
            address,
            notification: &notification,
            rendered,
        })
        .await;
    (outcome, notification.id, delivery_id)
}

async fn send(channel: &EmailChannel, address: &str) -> Outcome {
    let rendered = rendered("Come in", "The room is open.\n", None);
    send_rendered(channel, address, &rendered).await.0
}
