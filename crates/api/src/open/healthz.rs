//! `GET /healthz`: whether this process answers at all.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The process is alive.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alive {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Liveness probe: answers 200 while the process responds.
///
/// It checks nothing else, because a liveness probe that depends on the database would restart every server when the
/// database is down.
#[utoipa::path(
    get,
    operation_id = "liveness",
    path = "/healthz",
    tag = "operations",
    responses((status = 200, description = "The process responds", body = Alive)),
)]
pub(crate) async fn healthz() -> Json<Alive> {
    Json(Alive { status: "ok" })
}
