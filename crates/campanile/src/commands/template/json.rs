//! Lists as `--format json` prints them.

use campanile_app::templates::VersionPage;
use campanile_domain::{ShownVersion, TemplateDraftHead, TemplateType};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The same names as the API's, for scripts that read both; `tests/it/templates.rs` compares them.
#[derive(Serialize)]
pub(super) struct ListJson {
    templates: Vec<TypeJson>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct TypeJson {
    #[serde(rename = "type")]
    notification_type: String,
    current_version: Option<u64>,
    latest_version: u64,
    has_schema: bool,
    drafts: Vec<DraftJson>,
}

#[derive(Serialize)]
struct DraftJson {
    channel: &'static str,
    locale: String,
    revision: u64,
    updated_at: DateTime<Utc>,
    updated_by: String,
}

impl ListJson {
    pub(super) fn new(types: Vec<TemplateType>, drafts: Vec<TemplateDraftHead>) -> Self {
        let of = |one: &TemplateType| {
            let of = drafts
                .iter()
                .filter(|draft| draft.key.notification_type == one.notification_type);
            of.map(|draft| DraftJson {
                channel: draft.key.channel.name(),
                locale: draft.key.locale.clone(),
                revision: draft.revision,
                updated_at: draft.updated_at,
                updated_by: draft.updated_by.clone(),
            })
            .collect()
        };
        let types = types.iter().map(|one| TypeJson {
            notification_type: one.notification_type.as_str().to_owned(),
            current_version: one.current_version,
            latest_version: one.latest_version,
            has_schema: one.schema.is_some(),
            drafts: of(one),
        });
        Self {
            templates: types.collect(),
            next_cursor: None,
        }
    }
}

/// A page of versions.
#[derive(Serialize)]
pub(super) struct VersionsJson {
    versions: Vec<VersionJson>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct VersionJson {
    version: u64,
    state: &'static str,
    comment: Option<String>,
    made_by: String,
    made_at: DateTime<Utc>,
    publish_at: Option<DateTime<Utc>>,
    published_at: Option<DateTime<Utc>>,
    shared_version: Option<u64>,
}

impl From<VersionPage> for VersionsJson {
    fn from(page: VersionPage) -> Self {
        Self {
            versions: page.versions.into_iter().map(VersionJson::from).collect(),
            next_cursor: page.next.map(|version| version.to_string()),
        }
    }
}

impl From<ShownVersion> for VersionJson {
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
