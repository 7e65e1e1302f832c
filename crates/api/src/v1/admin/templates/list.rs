//! `GET /api/v1/admin/templates`: what a tenant has.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::{TemplateDraftHead, TemplateType};
use campanile_storage::Storage;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// A notification type with templates.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateType)]
pub(super) struct TypeItem {
    /// The notification type, or `_shared` for layouts and partials.
    #[serde(rename = "type")]
    #[schema(example = "order_shipped")]
    notification_type: String,
    /// The version in use; absent if none was published.
    #[schema(required)]
    current_version: Option<u64>,
    /// The greatest number of a version, scheduled ones included; 0 if there is none.
    latest_version: u64,
    /// Whether the type has a schema of its content.
    has_schema: bool,
    /// The drafts.
    drafts: Vec<DraftHead>,
}

/// A draft, without its parts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateDraft)]
struct DraftHead {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// The locale.
    #[schema(example = "en")]
    locale: String,
    /// The revision.
    revision: u64,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// The subject of the token that changed it.
    #[schema(example = "ann")]
    updated_by: String,
}

/// A tenant's templates. `campanile template list --format json` prints the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateList {
    /// The types, ordered by name; at most 200.
    templates: Vec<TypeItem>,
    /// Always absent: the list has one page.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

impl TemplateList {
    fn new(types: Vec<TemplateType>, drafts: Vec<TemplateDraftHead>) -> Self {
        let of = |one: &TemplateType| {
            let drafts = drafts.iter();
            drafts
                .filter(|draft| draft.key.notification_type == one.notification_type)
                .map(|draft| DraftHead {
                    channel: draft.key.channel.name(),
                    locale: draft.key.locale.clone(),
                    revision: draft.revision,
                    updated_at: draft.updated_at,
                    updated_by: draft.updated_by.clone(),
                })
                .collect::<Vec<_>>()
        };
        let items = types.iter().map(|one| {
            let item = TypeItem {
                notification_type: one.notification_type.as_str().to_owned(),
                current_version: one.current_version,
                latest_version: one.latest_version,
                has_schema: one.schema.is_some(),
                drafts: of(one),
            };
            (one, item)
        });
        // Of others only numbers are remembered.
        let items = items
            .filter(|(one, item)| one.holds_something() || !item.drafts.is_empty())
            .map(|(_, item)| item);
        Self {
            templates: items.collect(),
            next_cursor: None,
        }
    }
}

/// Lists the notification types that have templates or a schema, with their drafts, without the sources.
#[utoipa::path(
    get,
    operation_id = "list_templates",
    path = "/api/v1/admin/templates",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "All of them", body = TemplateList),
        Guarded,
    ),
)]
pub(super) async fn list(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<TemplateList>, Problem> {
    let tenant = operator.tenant();
    let types = storage.template_types(tenant).await?;
    let drafts = storage.template_draft_heads(tenant).await?;
    Ok(Json(TemplateList::new(types, drafts)))
}
