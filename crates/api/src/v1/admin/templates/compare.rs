//! `GET /api/v1/admin/templates/{type}/compare`: what differs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates::{self, Side};
use campanile_domain::{PartChange, WeightChange, compare_templates, compare_weights};
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::paths::TypePath;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::{Guarded, ReadsQuery};

/// A part that differs.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateChange {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// The variant. Absent if it is a part of the template itself.
    #[schema(required, example = "short")]
    variant: Option<String>,
    /// The locale.
    #[schema(example = "en")]
    locale: String,
    /// The part.
    #[schema(example = "title")]
    part: String,
    /// Its source on the side `from`. Absent if it is new.
    #[schema(required)]
    from: Option<String>,
    /// Its source on the side `to`. Absent if it is gone.
    #[schema(required)]
    to: Option<String>,
}

impl From<PartChange<'_>> for TemplateChange {
    fn from(change: PartChange<'_>) -> Self {
        Self {
            channel: change.channel.name(),
            variant: change.variant.map(str::to_owned),
            locale: change.locale.to_owned(),
            part: change.part.to_owned(),
            from: change.from.map(str::to_owned),
            to: change.to.map(str::to_owned),
        }
    }
}

/// A variant that has another share of readers.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateWeightChange {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// The variant.
    #[schema(example = "short")]
    variant: String,
    /// Its share on the side `from`, in percent. Absent if it is new.
    #[schema(required, example = 20)]
    from: Option<u8>,
    /// Its share on the side `to`, in percent. Absent if it is gone.
    #[schema(required, example = 50)]
    to: Option<u8>,
}

impl From<WeightChange<'_>> for TemplateWeightChange {
    fn from(change: WeightChange<'_>) -> Self {
        Self {
            channel: change.channel.name(),
            variant: change.variant.to_owned(),
            from: change.from,
            to: change.to,
        }
    }
}

/// What differs between two sets of templates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateComparison {
    /// The parts that differ, by channel, variant, locale and part. Those of the template itself come before its variants.
    changes: Vec<TemplateChange>,
    /// The variants whose share of readers differs, by channel and name.
    weights: Vec<TemplateWeightChange>,
}

fn side(query: &mut Query, name: &str, usual: Side) -> Side {
    let Some(text) = query.text(name) else {
        return usual;
    };
    match &*text {
        "drafts" => Side::Drafts,
        "current" => Side::Current,
        number => number.parse().map(Side::Version).unwrap_or_else(|_| {
            let detail = "must be a version, current or drafts";
            query.wrong(name, FieldCode::WrongFormat, detail);
            usual
        }),
    }
}

/// Compares two versions, or the version in use with the drafts: part by part, with both sources.
#[utoipa::path(
    get,
    operation_id = "compare_templates",
    path = "/api/v1/admin/templates/{type}/compare",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("from" = Option<String>, Query, description = "A version, `current` (default) or `drafts`"),
        ("to" = Option<String>, Query, description = "A version, `current` or `drafts` (default)"),
    ),
    responses(
        (status = 200, description = "What differs", body = TemplateComparison),
        (status = 404, description = "There is no such type or version", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn compare(
    operator: Viewer,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<TemplateComparison>, Problem> {
    let mut query = Query::of(uri.query());
    let from = side(&mut query, "from", Side::Current);
    let to = side(&mut query, "to", Side::Drafts);
    query.finish()?;
    let tenant = operator.tenant();
    let (from, to) = templates::sides(storage.as_ref(), tenant, &of, from, to).await?;
    let changes = compare_templates(&from, &to).into_iter();
    let weights = compare_weights(&from, &to).into_iter();
    Ok(Json(TemplateComparison {
        changes: changes.map(TemplateChange::from).collect(),
        weights: weights.map(TemplateWeightChange::from).collect(),
    }))
}
