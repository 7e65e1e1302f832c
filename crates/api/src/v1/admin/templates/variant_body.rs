//! Variants as they are shown.

use std::collections::BTreeMap;

use campanile_domain::{TrialVariant, VariantDraft};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Other words for some of a channel's readers, as editors work on them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariant)]
pub(super) struct VariantItem {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// Its name.
    #[schema(example = "short")]
    variant: String,
    /// Its share of readers in percent.
    #[schema(example = 50)]
    weight: u8,
    /// The sources that differ from the template, by locale and part.
    #[schema(example = json!({"en": {"title": "{{ content.order_id }} is on its way"}}))]
    templates: BTreeMap<String, BTreeMap<String, String>>,
    /// The revision, which each change raises; also in `ETag`.
    #[schema(example = 1)]
    revision: u64,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// The subject of the token that changed it.
    #[schema(example = "ann")]
    updated_by: String,
}

impl From<VariantDraft> for VariantItem {
    fn from(draft: VariantDraft) -> Self {
        Self {
            channel: draft.key.channel.name(),
            variant: draft.key.variant,
            weight: draft.weight,
            templates: draft.templates,
            revision: draft.revision,
            updated_at: draft.updated_at,
            updated_by: draft.updated_by,
        }
    }
}

/// All variants of a type that are being edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariantList)]
pub(super) struct VariantList {
    /// By channel and name.
    pub(super) variants: Vec<VariantItem>,
    /// Always absent: the list has one page.
    #[schema(required, example = json!(null))]
    pub(super) next_cursor: Option<String>,
}

/// A variant of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersionVariant)]
pub(super) struct PublishedVariant {
    /// Its share of readers in percent.
    weight: u8,
    /// Whether its readers have the words of the template itself, because too many of its deliveries failed.
    stopped: bool,
    /// The sources that differ from the template, by locale and part.
    templates: BTreeMap<String, BTreeMap<String, String>>,
}

impl From<TrialVariant> for PublishedVariant {
    fn from(variant: TrialVariant) -> Self {
        Self {
            weight: variant.weight,
            stopped: variant.stopped,
            templates: variant.templates,
        }
    }
}
