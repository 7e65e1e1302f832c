//! `POST /api/v1/admin/templates/preview`: what a notification would say.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates::{self, Preview, PreviewBody, PreviewWarning, read_preview};
use campanile_domain::Clock;
use campanile_storage::Storage;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::TemplateEditor;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// What looks like a mistake in a template, or is one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateWarning)]
struct Warning {
    /// The part.
    #[schema(example = "title")]
    part: String,
    /// The line, from 1.
    line: u32,
    /// The column in characters, from 1.
    column: u32,
    /// One readable sentence.
    #[schema(example = "content.oder_id does not exist here, so nothing is shown")]
    detail: String,
}

impl From<PreviewWarning> for Warning {
    fn from(warning: PreviewWarning) -> Self {
        Self {
            part: warning.part,
            line: warning.line,
            column: warning.column,
            detail: warning.detail,
        }
    }
}

/// What a channel would say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplatePreview)]
struct Item {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// Where the words come from: `stored` (a template), `built_in` (words of the type), `generic` (words of any type) or
    /// `emergency`.
    #[schema(example = "stored")]
    level: &'static str,
    /// The locale of the words.
    #[schema(example = "en")]
    locale: String,
    /// The rendered parts. A part that the template lacks is made of built-in words.
    #[schema(example = json!({"title": "Your order 7", "body": "It is on its way."}))]
    parts: BTreeMap<String, String>,
    /// Mistakes, and what looks like one. If the level is not `stored` although there is a template, the first one says
    /// why.
    warnings: Vec<Warning>,
}

/// What each channel would say.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplatePreviewList {
    /// By channel.
    previews: Vec<Item>,
}

impl From<Vec<Preview>> for TemplatePreviewList {
    fn from(previews: Vec<Preview>) -> Self {
        let items = previews.into_iter().map(|preview| Item {
            channel: preview.channel.name(),
            level: preview.level.name(),
            locale: preview.locale,
            parts: preview.parts,
            warnings: preview.warnings.into_iter().map(Warning::from).collect(),
        });
        Self {
            previews: items.collect(),
        }
    }
}

/// Renders the drafts of a type, or a version, for a content and a reader, and sends nothing. A template that fails falls back
/// to built-in words, as it would when a notification is sent, and its fault is among the warnings.
#[utoipa::path(
    post,
    operation_id = "preview_templates",
    path = "/api/v1/admin/templates/preview",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = PreviewBody, content_type = "application/json",
        example = json!({"notification_type": "order_shipped", "content": {"order_id": "7"}, "locale": "en"})),
    responses(
        (status = 200, description = "What each channel would say", body = TemplatePreviewList),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn preview(
    operator: TemplateEditor,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<TemplatePreviewList>, Problem> {
    let request = body.read(read_preview).await??;
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let previews = templates::preview(storage, tenant, request, clock.now()).await?;
    Ok(Json(previews.into()))
}
