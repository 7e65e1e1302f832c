//! The message: the `fcm` crate's typed builders, turned into HTTP v1.
//!
//! The crate (0.9.2) writes the API that Google has shut down, so its client is never used and its
//! `data`, a tree of JSON values, is left empty: ours is written straight from `content`. The rest of
//! its body is written once and read once, without a tree, into the places that v1 has for it.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use campanile_domain::{Action, ItemTexts, Link, NotificationType, Priority};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::data::{Field, fields};
use super::fit;
use super::target::Target;
use super::v1::{
    Android, AndroidShown, Apns, ApnsHeaders, ApnsOptions, ApnsPayload, Aps, Data, Message,
    Request, Shown, Webpush, WebpushConfig, WebpushOptions,
};
use crate::Envelope;

/// FCM keeps a message so long at most, in seconds: four weeks.
const MAX_TTL_S: i64 = 28 * 24 * 60 * 60;
/// APNs takes so many bytes of an id that collapses.
const MAX_COLLAPSE_ID_BYTES: usize = 64;

/// No badge shows more digits.
const MAX_BADGE: u32 = 99_999;
/// A longer id of a room is none that was meant to be shown together.
const MAX_THREAD_BYTES: usize = 128;

/// What goes out, before it is written.
pub(super) struct Draft<'a> {
    target: Target<'a>,
    /// Our id and our type, under [`super::data::OWN`].
    pub(super) own: [String; 2],
    pub(super) fields: Vec<Field<'a>>,
    pub(super) title: Cow<'a, str>,
    pub(super) body: Cow<'a, str>,
    /// An https link to a picture.
    pub(super) image: Option<&'a str>,
    /// What a click in a browser opens. Apps find it in the fields.
    pub(super) click: Option<&'a str>,
    /// What is shown together on iOS.
    pub(super) thread: Cow<'a, str>,
    /// How many are unread.
    pub(super) badge: Option<u32>,
    pub(super) priority: Priority,
    pub(super) collapse_id: Option<Cow<'a, str>>,
    /// In seconds.
    ttl: Option<i32>,
    expires_at: Option<DateTime<Utc>>,
}

/// Writes the request's body, [`fit::LIMIT`] bytes at most.
pub(super) fn message(envelope: &Envelope<'_>, target: Target<'_>, now: DateTime<Utc>) -> Vec<u8> {
    let mut draft = Draft::new(envelope, target, now);
    let written = draft.write();
    let Some(excess) = written.len().checked_sub(fit::LIMIT + 1) else {
        return written;
    };
    fit::shrink(&mut draft, excess + 1);
    draft.write()
}

impl<'a> Draft<'a> {
    pub(super) fn new(envelope: &Envelope<'a>, target: Target<'a>, now: DateTime<Utc>) -> Self {
        let notification = envelope.notification;
        let ttl = notification.expires_at.map(|at| {
            let seconds = (at - now).num_seconds().clamp(0, MAX_TTL_S);
            i32::try_from(seconds).expect("four weeks are few seconds")
        });
        let item = &notification.item;
        let fields = with_links(fields(&notification.content), item);
        Self {
            target,
            click: item
                .link
                .as_ref()
                .filter(|link| link.is_https())
                .map(Link::as_str),
            thread: thread(&fields, &notification.notification_type),
            own: [
                notification.id.to_string(),
                notification.notification_type.to_string(),
            ],
            fields,
            title: Cow::Borrowed(&envelope.rendered.title),
            body: Cow::Borrowed(&envelope.rendered.text),
            image: envelope.rendered.image.as_deref(),
            badge: envelope
                .rendered
                .badge
                .map(|unread| u32::try_from(unread).unwrap_or(u32::MAX).min(MAX_BADGE)),
            priority: notification.priority,
            collapse_id: notification.collapse_key.as_deref().map(collapse_id),
            ttl,
            expires_at: notification.expires_at,
        }
    }

    /// As the crate has it; without `data` and what is shown.
    fn typed(&self) -> fcm::Message<'_> {
        let (_, to) = self.target.field();
        let mut message = fcm::MessageBuilder::new("", to);
        message.priority(match self.priority {
            Priority::Critical | Priority::High => fcm::Priority::High,
            Priority::Normal | Priority::Low => fcm::Priority::Normal,
        });
        if let Some(ttl) = self.ttl {
            message.time_to_live(ttl);
        }
        if let Some(key) = &self.collapse_id {
            message.collapse_key(key);
        }
        message.finalize()
    }

    fn write(&self) -> Vec<u8> {
        let legacy = to_json(&self.typed().body);
        let legacy: Legacy<'_> =
            serde_json::from_slice(&legacy).expect("the crate writes these fields");
        let [id, kind] = &self.own;
        let is_high = legacy.priority == "high";
        let (target, _) = self.target.field();
        let ttl = legacy.time_to_live.map(|seconds| seconds.to_string());
        let is_fid = target == "fid";
        // Without anything to show, apps get the data alone and show what they like.
        let is_shown = !self.title.is_empty() || !self.body.is_empty();
        let image = self.image.filter(|_| is_shown);
        // What is of low priority is there when its reader looks.
        let is_heard = is_shown && self.priority != Priority::Low;
        to_json(&Request {
            message: Message {
                token: (!is_fid).then_some(&legacy.to),
                fid: is_fid.then_some(&legacy.to),
                notification: is_shown.then_some(Shown {
                    title: &self.title,
                    body: &self.body,
                    image,
                }),
                data: Data {
                    own: &self.own,
                    fields: &self.fields,
                },
                android: Android {
                    priority: if is_high { "HIGH" } else { "NORMAL" },
                    ttl: ttl.as_ref().map(|seconds| format!("{seconds}s")),
                    collapse_key: legacy.collapse_key.as_deref(),
                    notification: is_shown.then_some(AndroidShown {
                        tag: id,
                        channel_id: kind,
                        default_sound: is_heard,
                        notification_count: self.badge,
                    }),
                },
                apns: Apns {
                    headers: ApnsHeaders {
                        collapse_id: legacy.collapse_key.as_deref().unwrap_or(id),
                        expiration: self.expires_at.map(|at| at.timestamp().max(0).to_string()),
                        // With nothing to show, FCM refuses any other priority than 5.
                        priority: if is_high && is_shown { "10" } else { "5" },
                    },
                    payload: Some(ApnsPayload {
                        aps: Aps {
                            sound: is_heard.then_some("default"),
                            badge: self.badge,
                            thread_id: is_shown.then_some(&self.thread),
                            content_available: (!is_shown).then_some(1),
                            mutable_content: image.map(|_| 1),
                        },
                    }),
                    fcm_options: image.map(|image| ApnsOptions { image }),
                },
                webpush: WebpushConfig {
                    headers: Webpush {
                        ttl,
                        urgency: match self.priority {
                            Priority::Critical | Priority::High => "high",
                            Priority::Normal => "normal",
                            Priority::Low => "low",
                        },
                    },
                    fcm_options: self.click.map(|link| WebpushOptions { link }),
                },
            },
        })
    }
}

/// Adds what a click and the buttons open, for apps: in place of fields of the content that have these names.
fn with_links<'a>(mut fields: Vec<Field<'a>>, item: &'a ItemTexts) -> Vec<Field<'a>> {
    let link = item.link.as_ref().map(|link| Cow::Borrowed(link.as_str()));
    let actions = Action::to_stored(&item.actions).map(Cow::Owned);
    for (key, value) in [("link", link), ("actions", actions)] {
        if let Some(value) = value {
            fields.retain(|field| field.key != key);
            let key = Cow::Borrowed(key);
            fields.push(Field { key, value });
        }
    }
    fields
}

/// Messages of a room belong together, and otherwise those of a type.
fn thread<'a>(fields: &[Field<'a>], kind: &'a NotificationType) -> Cow<'a, str> {
    let room = fields
        .iter()
        .find(|field| field.key == "room_id" && !field.value.is_empty())
        .map(|field| &field.value)
        .filter(|room| room.len() <= MAX_THREAD_BYTES);
    room.cloned().unwrap_or(Cow::Borrowed(kind.as_str()))
}

/// The caller's key where APNs takes it, else its SHA-256: a cut one could equal another.
fn collapse_id(key: &str) -> Cow<'_, str> {
    if key.len() <= MAX_COLLAPSE_ID_BYTES && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(key);
    }
    let hash = digest(&SHA256, key.as_bytes());
    Cow::Owned(
        hash.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers can be written")
}

/// What the crate writes, as far as we use it.
#[derive(Deserialize)]
struct Legacy<'a> {
    #[serde(borrow)]
    to: Cow<'a, str>,
    priority: &'a str,
    time_to_live: Option<i32>,
    #[serde(borrow)]
    collapse_key: Option<Cow<'a, str>>,
}
