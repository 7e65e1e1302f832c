//! `GET /readyz`: whether this process should be sent requests.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::state::Draining;

/// A probe waits about so long; a database slower than this cannot serve requests either.
const DATABASE_ANSWERS_WITHIN: Duration = Duration::from_secs(1);

fn not_ready(detail: &str) -> Problem {
    Problem::new(ProblemCode::NotReady, detail).retry_after(Duration::from_secs(1))
}

/// The process accepts requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// Always `ready`.
    #[schema(example = "ready")]
    status: &'static str,
}

/// Readiness probe: answers 200 while the process accepts requests, that is, it is not shutting down and the database
/// answers.
#[utoipa::path(
    get,
    operation_id = "readiness",
    path = "/readyz",
    tag = "operations",
    responses(
        (status = 200, description = "The process accepts requests", body = Ready),
        (status = 503, description = "The process does not accept requests", body = ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(
    State(storage): State<Arc<dyn Storage>>,
    State(draining): State<Draining>,
) -> Result<Json<Ready>, Problem> {
    if draining.is_draining() {
        return Err(not_ready("This server is shutting down"));
    }
    match tokio::time::timeout(DATABASE_ANSWERS_WITHIN, storage.ping()).await {
        Ok(Ok(_)) => Ok(Json(Ready { status: "ready" })),
        Ok(Err(error)) => {
            if !error.is_connection() {
                tracing::warn!(%error, "not ready: the database does not answer");
            }
            Err(not_ready("The database cannot be reached"))
        }
        Err(_) => Err(not_ready("The database did not answer in time")),
    }
}
