//! HTTP v1's shapes, as far as we fill them. No value is copied on its way out.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::data::{Field, OWN};

/// The body of `messages:send`.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) message: Message<'a>,
}

#[derive(Serialize)]
pub(super) struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notification: Option<Shown<'a>>,
    pub(super) data: Data<'a>,
    pub(super) android: Android<'a>,
    pub(super) apns: Apns<'a>,
    pub(super) webpush: WebpushConfig<'a>,
}

/// What every phone and browser shows.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) body: &'a str,
    /// A picture beside them; iOS takes it from [`ApnsOptions`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<&'a str>,
}

pub(super) struct Data<'a> {
    pub(super) own: &'a [String; 2],
    pub(super) fields: &'a [Field<'a>],
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in OWN.iter().zip(self.own) {
            map.serialize_entry(key, value)?;
        }
        for Field { key, value } in self.fields {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
pub(super) struct Android<'a> {
    pub(super) priority: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) collapse_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notification: Option<AndroidShown<'a>>,
}

#[derive(Serialize)]
pub(super) struct AndroidShown<'a> {
    /// The same message shown twice replaces itself.
    pub(super) tag: &'a str,
    /// The app's notification channel; if it has none of this name, Android takes its default one.
    pub(super) channel_id: &'a str,
    /// Up to Android 7; later ones go by the app's notification channel.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) default_sound: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notification_count: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct WebpushConfig<'a> {
    pub(super) headers: Webpush,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fcm_options: Option<WebpushOptions<'a>>,
}

#[derive(Serialize)]
pub(super) struct WebpushOptions<'a> {
    /// What a click opens; FCM takes https only.
    pub(super) link: &'a str,
}

#[derive(Serialize)]
pub(super) struct Apns<'a> {
    pub(super) headers: ApnsHeaders<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<ApnsPayload<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fcm_options: Option<ApnsOptions<'a>>,
}

#[derive(Serialize)]
pub(super) struct ApnsOptions<'a> {
    /// The app's extension loads it before the message is shown.
    pub(super) image: &'a str,
}

#[derive(Serialize)]
pub(super) struct ApnsPayload<'a> {
    pub(super) aps: Aps<'a>,
}

/// What FCM does not add by itself.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Aps<'a> {
    /// The sound that the phone's owner chose; without it a message is shown in silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sound: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) badge: Option<u32>,
    /// Messages of a thread are shown together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thread_id: Option<&'a str>,
    /// Wakes the app for a message with nothing to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_available: Option<u8>,
    /// Lets the app's extension add a picture to the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mutable_content: Option<u8>,
}

#[derive(Serialize)]
pub(super) struct ApnsHeaders<'a> {
    #[serde(rename = "apns-collapse-id")]
    pub(super) collapse_id: &'a str,
    #[serde(rename = "apns-expiration", skip_serializing_if = "Option::is_none")]
    pub(super) expiration: Option<String>,
    #[serde(rename = "apns-priority")]
    pub(super) priority: &'static str,
}

#[derive(Serialize)]
pub(super) struct Webpush {
    #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<String>,
    #[serde(rename = "Urgency")]
    pub(super) urgency: &'static str,
}
