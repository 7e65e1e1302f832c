//! What an app gets: what Apple shows, and beside it what FCM would have delivered, under the same names, within 4,096 bytes.

use campanile_domain::Priority;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::Envelope;
use crate::push::{AppDraft, LIMIT};

/// A member that is Apple's own.
const APS: &str = "aps";
/// Times that a draft is shortened; the first is enough but where a picture was counted twice.
const TRIES: usize = 4;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Aps<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<Alert<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interruption_level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_available: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutable_content: Option<u8>,
}

#[derive(Serialize)]
struct Alert<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
}

struct Payload<'a>(&'a AppDraft<'a>);

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let draft = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(APS, &aps(draft))?;
        for (key, value) in draft.own() {
            map.serialize_entry(key, value)?;
        }
        for (key, value) in draft.fields() {
            map.serialize_entry(key, value)?;
        }
        // The app's extension loads it before the message is shown.
        if let Some(image) = draft.shown_image() {
            map.serialize_entry("image", image)?;
        }
        map.end()
    }
}

fn aps<'a>(draft: &'a AppDraft<'_>) -> Aps<'a> {
    let is_shown = draft.is_shown();
    Aps {
        alert: is_shown.then(|| Alert {
            title: draft.title(),
            body: draft.body(),
        }),
        // What is of low priority is there when its reader looks.
        sound: (is_shown && draft.priority() != Priority::Low).then_some("default"),
        badge: draft.badge(),
        thread_id: is_shown.then(|| draft.thread()),
        // Without the app's entitlement Apple takes it for a usual one.
        interruption_level: match draft.priority() {
            Priority::Critical if is_shown => Some("time-sensitive"),
            Priority::Low if is_shown => Some("passive"),
            _ => None,
        },
        content_available: (!is_shown).then_some(1),
        mutable_content: draft.shown_image().map(|_| 1),
    }
}

/// What goes out.
pub(super) struct Written {
    pub(super) body: Vec<u8>,
    /// Whether there is anything to show.
    pub(super) is_shown: bool,
    /// A later message with the same one takes this one's place: 64 bytes at most.
    pub(super) collapse_id: String,
}

/// Writes the payload, [`LIMIT`] bytes at most.
pub(super) fn payload(envelope: &Envelope<'_>) -> Written {
    let mut draft = AppDraft::new(envelope);
    draft.reserve(&[APS, "image"]);
    let write = |draft: &AppDraft<'_>| {
        serde_json::to_vec(&Payload(draft)).expect("texts and numbers can be written")
    };
    let is_shown = draft.is_shown();
    let mut body = write(&draft);
    for _ in 0..TRIES {
        match body.len().checked_sub(LIMIT) {
            None | Some(0) => break,
            Some(excess) => {
                draft.shrink(excess);
                body = write(&draft);
            }
        }
    }
    Written {
        body,
        is_shown,
        collapse_id: draft.collapse_id().to_owned(),
    }
}
