//! `GET /healthz`: whether this process answers at all.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The process lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alive {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Tells whether the process answers.
///
/// It looks at nothing else: a liveness check that depends on the database restarts every server
/// when the database is down.
#[utoipa::path(
    get,
    operation_id = "liveness",
    path = "/healthz",
    tag = "operations",
    responses((status = 200, description = "The process answers", body = Alive)),
)]
pub(crate) async fn healthz() -> Json<Alive> {
    Json(Alive { status: "ok" })
}
