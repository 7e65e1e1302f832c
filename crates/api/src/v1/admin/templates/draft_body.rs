//! A draft as it is shown.

use std::collections::BTreeMap;

use campanile_domain::TemplateDraft;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A template as editors work on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(super) struct DraftItem {
    /// The notification type, or `_shared` for layouts and partials.
    #[serde(rename = "type")]
    #[schema(example = "order_shipped")]
    notification_type: String,
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// The locale, in its canonical spelling.
    #[schema(example = "en")]
    locale: String,
    /// The sources by the name of the part.
    #[schema(example = json!({"title": "Your order {{ content.order_id }}", "body": "It is on its way."}))]
    parts: BTreeMap<String, String>,
    /// The revision, which each change raises; also in `ETag`.
    #[schema(example = 3)]
    revision: u64,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// The subject of the token that changed it.
    #[schema(example = "ann")]
    updated_by: String,
}

impl From<TemplateDraft> for DraftItem {
    fn from(draft: TemplateDraft) -> Self {
        Self {
            notification_type: draft.key.notification_type.as_str().to_owned(),
            channel: draft.key.channel.name(),
            locale: draft.key.locale,
            parts: draft.parts,
            revision: draft.revision,
            updated_at: draft.updated_at,
            updated_by: draft.updated_by,
        }
    }
}
