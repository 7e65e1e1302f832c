//! Versions as they are shown.

use std::collections::BTreeMap;

use campanile_app::templates::VersionPage;
use campanile_domain::{ShownVersion, TemplateSnapshot};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::variant_body::PublishedVariant;

/// A version of a type's templates. It never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersion)]
pub(super) struct VersionItem {
    /// Its number, counted from 1 for each type.
    #[schema(example = 2)]
    version: u64,
    /// `current`: the one in use. `scheduled`: it waits for `publish_at`. `replaced`: another one has taken its
    /// place.
    #[schema(example = "current")]
    state: &'static str,
    /// Why it was made.
    #[schema(required, example = "Shorter title")]
    comment: Option<String>,
    /// The subject of the token that made it.
    #[schema(example = "ann")]
    made_by: String,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// When it is to be published. Absent if it does not wait.
    #[schema(required)]
    publish_at: Option<DateTime<Utc>>,
    /// When it was published. Absent if it waits.
    #[schema(required)]
    published_at: Option<DateTime<Utc>>,
    /// The version of `_shared` whose layouts, partials and brand it uses.
    #[schema(required)]
    shared_version: Option<u64>,
}

impl From<ShownVersion> for VersionItem {
    fn from(shown: ShownVersion) -> Self {
        let ShownVersion { head, state } = shown;
        Self {
            version: head.version,
            state: state.name(),
            comment: head.comment,
            made_by: head.made_by,
            made_at: head.made_at,
            publish_at: head.due_at,
            published_at: head.published_at,
            shared_version: head.shared_version,
        }
    }
}

/// One page of versions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateVersionList {
    /// The versions.
    versions: Vec<VersionItem>,
    /// Pass it as `cursor` for the next page. Absent on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<VersionPage> for TemplateVersionList {
    fn from(page: VersionPage) -> Self {
        Self {
            versions: page.versions.into_iter().map(VersionItem::from).collect(),
            next_cursor: page.next.map(|version| version.to_string()),
        }
    }
}

/// A version with all that it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersionContent)]
pub(super) struct VersionContent {
    /// What is known of it.
    #[serde(flatten)]
    version: VersionItem,
    /// The sources by channel, locale and part.
    #[schema(value_type = Object, example = json!({"push": {"en": {"title": "Your order {{ content.order_id }}"}}}))]
    templates: BTreeMap<&'static str, BTreeMap<String, BTreeMap<String, String>>>,
    /// What it compares: variants by channel and name.
    #[schema(value_type = Object, example = json!({}))]
    variants: BTreeMap<&'static str, BTreeMap<String, PublishedVariant>>,
}

impl VersionContent {
    pub(super) fn new(shown: ShownVersion, snapshot: TemplateSnapshot) -> Self {
        let templates = snapshot.templates.into_iter();
        let variants = snapshot.trials.into_iter().map(|(channel, trial)| {
            let variants = trial.variants.into_iter();
            let variants = variants.map(|(name, one)| (name, PublishedVariant::from(one)));
            (channel.name(), variants.collect())
        });
        Self {
            version: shown.into(),
            templates: templates
                .map(|(channel, locales)| (channel.name(), locales))
                .collect(),
            variants: variants.collect(),
        }
    }
}
