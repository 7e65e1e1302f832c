//! The channel itself.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::{Channel, Clock, Notification, Outcome, OutcomeKind, Priority};
use chrono::{DateTime, Utc};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};

use super::subscription::Subscription;
use super::{WebPushSettings, classify, encrypt, payload};
use crate::outbound::{Failure, Guard, Origins, client};
use crate::{ChannelSender, Envelope};

/// A push service keeps a message so long at most, in seconds: four weeks.
const MAX_TTL_S: i64 = 28 * 24 * 60 * 60;
/// What every push service takes, if one answers that a message is too large.
const SMALL_TEXT_BYTES: usize = 1_024;
/// Calls in flight to one push service that is no browser's own.
const AT_ONE_ORIGIN: usize = 16;
/// Calls in flight to all such services together: a quarter of what an account has.
const AT_ALL_ORIGINS: usize = 32;
/// The push services of Chrome and its relatives, Firefox, Safari and Edge: a name, or with a dot the end of a name.
const BROWSERS: [&str; 8] = [
    "fcm.googleapis.com",
    "jmt17.google.com",
    "android.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// A topic has so many characters at most (RFC 8030, section 5.4).
const TOPIC_CHARS: usize = 32;

/// Sends messages to browsers with one account.
pub struct WebPushChannel {
    settings: WebPushSettings,
    guard: Guard,
    client: Client,
    origins: Arc<Origins>,
    concurrency: usize,
    clock: Arc<dyn Clock>,
}

impl WebPushChannel {
    /// Makes the client. Users bring the addresses, so it is guarded for every account.
    ///
    /// # Errors
    /// The system gives no HTTP client.
    pub(crate) fn new(
        settings: WebPushSettings,
        guard: Guard,
        concurrency: usize,
        clock: Arc<dyn Clock>,
    ) -> reqwest::Result<Self> {
        Ok(Self {
            settings,
            client: client::guarded(guard.clone())?,
            guard,
            origins: Origins::new(&BROWSERS, AT_ONE_ORIGIN, AT_ALL_ORIGINS),
            concurrency,
            clock,
        })
    }

    async fn call(&self, envelope: &Envelope<'_>) -> Result<Outcome, Outcome> {
        let to = Subscription::parse(envelope.address).ok_or_else(classify::invalid_address)?;
        if self.guard.check(&to.endpoint).is_err() {
            return Err(classify::failure(Failure::Forbidden));
        }
        let _place = self
            .origins
            .enter(&to.endpoint)
            .ok_or_else(classify::busy)?;
        let outcome = self.post(envelope, &to, encrypt::MAX_TEXT_BYTES).await?;
        if outcome.code != "413" {
            return Ok(outcome);
        }
        self.post(envelope, &to, SMALL_TEXT_BYTES).await
    }

    async fn post(
        &self,
        envelope: &Envelope<'_>,
        to: &Subscription,
        limit: usize,
    ) -> Result<Outcome, Outcome> {
        let text = payload::payload(envelope, limit);
        let body = encrypt::encrypt(to, &text).map_err(|_| classify::invalid_address())?;
        let (now, notification) = (self.clock.now(), envelope.notification);
        let WebPushSettings { key, subject } = &self.settings;
        let authorization = key.authorization(&to.endpoint, subject, now);
        let authorization = authorization.ok_or_else(|| {
            let detail = "The system gives no random numbers.";
            Outcome::new(OutcomeKind::Retry, "no_randomness", detail)
        })?;
        let mut request = self
            .client
            .post(to.endpoint.clone())
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("ttl", ttl(notification, now))
            .header("urgency", urgency(notification.priority));
        if let Some(key) = &notification.collapse_key {
            request = request.header("topic", topic(key));
        }
        let answer = request.body(body).send().await;
        let answer = answer.map_err(|error| classify::failure(Failure::of(&error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        // Only some refusals say more than their status; what is long or slow is none of them.
        let body = match status.as_u16() {
            400 | 403 => client::read_soon(answer).await.unwrap_or_default(),
            _ => {
                client::drain(answer).await;
                Vec::new()
            }
        };
        let now = self.clock.now().into();
        Ok(classify::classify(status, &headers, &body, now))
    }
}

/// How long the push service keeps the message for a browser that is away, in seconds.
fn ttl(notification: &Notification, now: DateTime<Utc>) -> i64 {
    let until = notification.expires_at;
    until.map_or(MAX_TTL_S, |at| (at - now).num_seconds().clamp(0, MAX_TTL_S))
}

/// What may wait for a phone that saves its battery (RFC 8030, section 5.3).
const fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical | Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
    }
}

/// A key may be longer than a topic and have other characters.
fn topic(collapse_key: &str) -> String {
    let hash = digest(&SHA256, collapse_key.as_bytes());
    let mut topic = URL_SAFE_NO_PAD.encode(hash.as_ref());
    topic.truncate(TOPIC_CHARS);
    topic
}

#[async_trait]
impl ChannelSender for WebPushChannel {
    fn channel(&self) -> Channel {
        Channel::WebPush
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.call(&envelope).await.unwrap_or_else(|outcome| outcome)
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{
        AddressFate, DeliveryId, ItemTexts, NotificationId, NotificationType, SystemClock,
        TenantId, UserId,
    };
    use campanile_test_support::webhook::{Received, Reply, WebhookReceiver};
    use chrono::TimeDelta;

    use super::*;
    use crate::Rendered;

    /// The browser of RFC 8291's example.
    const KEYS: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4:BTBZMqHH6r4Tts7J_aSIgg";

    fn channel(allowed: &[&str]) -> WebPushChannel {
        let key = WebPushSettings::generate_key().expect("randomness");
        let settings = WebPushSettings::parse("mailto:ops@example.com", &key).expect("valid");
        let allowed = allowed.iter().map(|net| net.parse().expect("a network"));
        let guard = Guard::new(allowed.collect());
        WebPushChannel::new(settings, guard, 1, Arc::new(SystemClock)).expect("a client")
    }

    async fn send(channel: &WebPushChannel, endpoint: &str, content: &str) -> Outcome {
        let now = Utc::now();
        let notification = Notification {
            id: NotificationId::at(now),
            tenant: TenantId::parse("acme").expect("valid"),
            user_id: UserId::parse("u").expect("valid"),
            notification_type: NotificationType::parse("news").expect("valid"),
            priority: Priority::Critical,
            title: None,
            body: None,
            content: content.into(),
            channels: None,
            send_at: None,
            expires_at: Some(now + TimeDelta::seconds(90)),
            collapse_key: Some("room ü 7".into()),
            item: Arc::new(ItemTexts::default()),
            correlation_id: String::new(),
            created_at: now,
        };
        let rendered = Rendered {
            title: "Fire".into(),
            text: "The attic is hot".into(),
            ..Rendered::default()
        };
        let address = format!("web_push:{KEYS}:{endpoint}");
        channel
            .send(Envelope {
                delivery_id: DeliveryId::of(notification.id, Channel::WebPush, &address),
                address: &address,
                notification: &notification,
                rendered: &rendered,
            })
            .await
    }

    fn header<'a>(received: &'a Received, name: &str) -> &'a str {
        let value = received.headers.get(name).expect(name);
        value.to_str().expect("a text")
    }

    #[tokio::test]
    async fn a_push_service_gets_what_the_specifications_ask_for() {
        let service = WebhookReceiver::start().await;
        service.answer([Reply::status(201)]);
        let outcome = send(&channel(&["127.0.0.0/8"]), &service.url(), "{}").await;
        assert_eq!(
            (outcome.kind, &*outcome.code),
            (OutcomeKind::Delivered, "201")
        );
        let received = service.received().remove(0);
        let ttl: i64 = header(&received, "ttl").parse().expect("seconds");
        assert!((80..=90).contains(&ttl), "{ttl}");
        assert_eq!(header(&received, "urgency"), "high");
        assert_eq!(header(&received, "content-encoding"), "aes128gcm");
        assert!(header(&received, "authorization").starts_with("vapid t=ey"));
        let topic = header(&received, "topic");
        let is_url_safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(
            topic.len() == 32 && topic.chars().all(is_url_safe),
            "{topic}"
        );
        assert!(received.body.len() > 200);
        let text = String::from_utf8_lossy(&received.body);
        assert!(!text.contains("attic"), "it is encrypted");
    }

    #[tokio::test]
    async fn what_is_too_large_is_shortened_and_sent_again() {
        let service = WebhookReceiver::start().await;
        service.answer([Reply::status(413), Reply::status(201)]);
        let content = format!("{{\"x\":\"{}\"}}", "y".repeat(2_000));
        let outcome = send(&channel(&["127.0.0.0/8"]), &service.url(), &content).await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered);
        let sizes: Vec<_> = service
            .received()
            .iter()
            .map(|one| one.body.len())
            .collect();
        assert!(sizes[0] > 2_000 && sizes[1] < 1_200, "{sizes:?}");
        service.answer([Reply::status(413), Reply::status(413)]);
        let outcome = send(&channel(&["127.0.0.0/8"]), &service.url(), &content).await;
        assert_eq!(
            (outcome.kind, &*outcome.code),
            (OutcomeKind::Rejected, "413")
        );
    }

    #[tokio::test]
    async fn a_subscription_that_is_gone_leaves_the_book() {
        let service = WebhookReceiver::start().await;
        for status in [404, 410] {
            service.answer([Reply::status(status)]);
            let outcome = send(&channel(&["127.0.0.0/8"]), &service.url(), "{}").await;
            assert_eq!(outcome.address, AddressFate::Gone, "{status}");
        }
    }

    #[tokio::test]
    async fn a_service_that_names_the_accounts_key_keeps_the_device() {
        let service = WebhookReceiver::start().await;
        for (body, fate) in [
            (r#"{"reason":"BadJwtToken"}"#, AddressFate::Kept),
            (r#"{"reason":"VapidPkHashMismatch"}"#, AddressFate::Detached),
            ("sender id mismatch", AddressFate::Detached),
        ] {
            service.answer([Reply::status(403).text(body)]);
            let outcome = send(&channel(&["127.0.0.0/8"]), &service.url(), "{}").await;
            assert_eq!(
                (outcome.kind, outcome.address),
                (OutcomeKind::Rejected, fate),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn private_networks_are_out_of_reach() {
        let service = WebhookReceiver::start().await;
        let named = service.url().replace("127.0.0.1", "localhost");
        for endpoint in [service.url(), named] {
            let outcome = send(&channel(&[]), &endpoint, "{}").await;
            assert_eq!(outcome.code, "address_forbidden", "{endpoint}");
        }
        assert!(service.received().is_empty());
    }
}
