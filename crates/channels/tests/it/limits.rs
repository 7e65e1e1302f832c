//! The senders of the operator's accounts and those of tenants have the same limits.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use campanile_channels::email::{EmailSettings, EmailTls};
use campanile_channels::push::{PushSettings, ServiceAccount};
use campanile_channels::webhook::WebhookSettings;
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    Channel, DeliveryId, Notification, NotificationId, NotificationType, OutcomeKind, Priority,
    SystemClock, TenantId, UserId,
};
use campanile_test_support::fcm::FcmAccount;
use chrono::Utc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::Instant;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const MOST_BYTES: usize = 64 * 1024;

/// Takes every call, and answers with so many bytes or never.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    asked: Arc<Notify>,
}

impl Server {
    async fn start(answer: Option<usize>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            asked: Arc::default(),
        };
        let (connections, asked) = (Arc::clone(&server.connections), Arc::clone(&server.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                asked.notify_one();
                tokio::spawn(serve(stream, answer));
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// An access token among spaces, which is a whole answer for a webhook as well.
async fn serve(stream: TcpStream, answer: Option<usize>) {
    let mut stream = BufStream::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or_default() == 0 {
                return;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length]).await.unwrap();
        let Some(bytes) = answer else {
            return std::future::pending().await;
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
        let token = r#"{"access_token":"x"}"#;
        let body = token.to_owned() + &" ".repeat(bytes - token.len());
        // The caller hangs up where the answer is too long.
        let _ = stream.write_all((head + &body).as_bytes()).await;
        let _ = stream.flush().await;
    }
}

fn sender(channel: Channel, reach: Reach, port: u16) -> Box<dyn ChannelSender> {
    let allowed = vec!["127.0.0.0/8".parse().unwrap()];
    let factory = SenderFactory::new(Arc::new(SystemClock), allowed);
    let url = format!("http://127.0.0.1:{port}/");
    match channel {
        Channel::Push => {
            let known = FcmAccount::new();
            let account = ServiceAccount {
                project_id: Some(known.project_id.clone()),
                client_email: Some(known.client_email.clone()),
                private_key: Some(known.private_key.clone().into()),
                private_key_id: None,
                token_uri: Some(url.clone()),
                endpoint: Some(url),
            };
            let settings = PushSettings::parse(&account).unwrap();
            Box::new(factory.push(settings, reach).unwrap())
        }
        Channel::Email => {
            let from = "noreply@campanile.example";
            let settings = EmailSettings::new("127.0.0.1", port, EmailTls::None, from).unwrap();
            Box::new(factory.email(settings, reach).unwrap())
        }
        Channel::Webhook => {
            let settings = WebhookSettings::parse(&url, SECRET.to_owned().into()).unwrap();
            Box::new(factory.webhook(settings, reach).unwrap())
        }
        other => unreachable!("{other} has no sender"),
    }
}

async fn send(sender: &dyn ChannelSender, url: &str) -> (OutcomeKind, String) {
    let now = Utc::now();
    let notification = Notification {
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
    };
    let address = match sender.channel() {
        Channel::Push => "token:device",
        Channel::Email => "zoe@example.com",
        _ => url,
    };
    let outcome = sender
        .send(Envelope {
            delivery_id: DeliveryId::of(notification.id, sender.channel(), address),
            address,
            notification: &notification,
            rendered: &Rendered::default(),
        })
        .await;
    (outcome.kind, outcome.code.to_string())
}

/// How many seconds a sender waits for a server that says nothing, and what it makes of that.
async fn waits(channel: Channel, reach: Reach) -> (u64, (OutcomeKind, String)) {
    let server = Server::start(None).await;
    let sender = sender(channel, reach, server.port);
    let (started, url) = (Instant::now(), server.url());
    let (outcome, ()) = tokio::join!(send(sender.as_ref(), &url), async {
        server.asked.notified().await;
        tokio::time::pause();
    });
    let waited = started.elapsed().as_secs();
    tokio::time::resume();
    (waited, outcome)
}

#[tokio::test]
async fn operators_and_tenants_senders_have_as_many_calls_in_flight_and_wait_as_long() {
    for (channel, at_once, seconds) in [
        (Channel::Push, 400, 15),
        (Channel::Email, 4, 60),
        (Channel::Webhook, 128, 15),
    ] {
        let mut outcomes = Vec::new();
        for reach in [Reach::Anywhere, Reach::Public] {
            let sender = sender(channel, reach, 9);
            assert_eq!(sender.concurrency(), at_once, "{channel} {reach:?}");
            let (waited, outcome) = waits(channel, reach).await;
            assert_eq!(waited, seconds, "{channel} {reach:?}: {outcome:?}");
            outcomes.push(outcome);
        }
        assert_eq!(outcomes[0], outcomes[1], "{channel}");
    }
}

#[tokio::test]
async fn operators_and_tenants_senders_read_as_much_of_an_answer() {
    for reach in [Reach::Anywhere, Reach::Public] {
        for (bytes, is_read) in [(MOST_BYTES, true), (MOST_BYTES + 1, false)] {
            let server = Server::start(Some(bytes)).await;
            let push = sender(Channel::Push, reach, server.port);
            assert_eq!(push.probe().await.is_ok(), is_read, "{reach:?}: {bytes}");
        }
        // A connection serves again where the answer was read to its end. What has arrived with the last
        // byte that is asked for is read as well, so the long answer is much longer.
        for (bytes, is_read) in [(MOST_BYTES, true), (64 * MOST_BYTES, false)] {
            let server = Server::start(Some(bytes)).await;
            let webhook = sender(Channel::Webhook, reach, server.port);
            for _ in 0..2 {
                let (kind, code) = send(webhook.as_ref(), &server.url()).await;
                assert_eq!(kind, OutcomeKind::Delivered, "{code}");
            }
            let connections = server.connections.load(Ordering::Relaxed);
            assert_eq!(connections == 1, is_read, "{reach:?}: {bytes}");
        }
    }
}

#[test]
fn the_number_of_push_connections_sets_how_many_calls_are_in_flight() {
    let factory = SenderFactory::new(Arc::new(SystemClock), Vec::new());
    let factory = factory.push_connections(NonZeroUsize::MIN);
    let known = FcmAccount::new();
    let account = ServiceAccount {
        project_id: Some(known.project_id),
        client_email: Some(known.client_email),
        private_key: Some(known.private_key.into()),
        ..ServiceAccount::default()
    };
    let settings = PushSettings::parse(&account).unwrap();
    let sender = factory.push(settings, Reach::Public).unwrap();
    assert_eq!(sender.concurrency(), 100);
}
